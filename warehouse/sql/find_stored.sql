-- Legs that the incoming ones replace. A leg of revision 0 is looked for about its own day only;
-- a corrected one may have been moved to any day.
create or replace temp table stored as
select legs.source, legs.leg_id, legs.call_id, legs.day, legs.revision
from legs
semi join incoming using (source, leg_id)
where legs.day in (select unnest($days))
union all
select legs.source, legs.leg_id, legs.call_id, legs.day, legs.revision
from legs
semi join (select source, leg_id from incoming where revision > 0) using (source, leg_id)
where legs.day not in (select unnest($days))
