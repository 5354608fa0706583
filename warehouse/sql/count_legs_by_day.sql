-- Days with legs that are meant, and how many legs they have in all: a changed day is summed up whole.
select day, count(*) as legs
from legs
where day between $first and $last
group by day
having count(*) filter ({condition}) > 0
order by day
