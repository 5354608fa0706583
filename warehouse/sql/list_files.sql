select name, sha256, remainder, pruned_files.name is not null as pruned
from files
left join pruned_files using (name, sha256)
order by name, sha256
