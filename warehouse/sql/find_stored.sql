-- Legs that the incoming ones replace, as far as they stand on some days.
create or replace temp table stored as
select legs.source, legs.leg_id, legs.call_id, legs.day, legs.revision, legs.rowid as place
from legs
semi join incoming using (source, leg_id)
where day in (select unnest($days))
