select day, count(*) as legs
from legs
where day between $first and $last and day in (select unnest($days))
group by day
