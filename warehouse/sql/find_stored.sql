-- Legs that the incoming ones replace, on whatever day they stand. Keys usually begin with the time:
-- their smallest and largest then leave few row groups to look into.
create or replace temp table stored as
select legs.source, legs.leg_id, legs.call_id, legs.day, legs.revision
from legs
semi join incoming using (source, leg_id)
