insert into stored
select legs.source, legs.leg_id, legs.call_id, legs.day, legs.revision, legs.rowid as place
from legs
semi join sought using (source, leg_id)
where day in (select unnest($days))
