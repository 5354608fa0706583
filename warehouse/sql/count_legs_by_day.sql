select day, count(*) as legs
from legs
where day between $first and $last and {condition}
group by day
order by day
