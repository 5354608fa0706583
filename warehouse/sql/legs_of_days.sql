select * exclude (alone)
from legs
where day in (select unnest($days)) and {condition}
order by day, source, leg_id
