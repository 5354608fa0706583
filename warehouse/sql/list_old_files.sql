select name, sha256, last_day, remainder
from files
left join pruned_files using (name, sha256)
-- A file without a good row has no days.
where first_day < $day or first_day is null
order by name, sha256
