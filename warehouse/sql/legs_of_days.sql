select * exclude (alone)
from legs
where day in (select unnest($days))
order by day, source, leg_id
