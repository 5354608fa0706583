create or replace temp table stored as
select legs.source, legs.leg_id, legs.call_id, legs.day, legs.revision, legs.rowid as place
from legs
semi join leaving using (source, leg_id, day)
