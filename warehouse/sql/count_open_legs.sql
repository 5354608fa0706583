select day, count(*) as legs
from legs
where {condition}
group by day
order by day
