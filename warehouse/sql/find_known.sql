-- A call stands on the day of its head. One whose head has not come yet may stand anywhere. A stored
-- leg that was alone, and that no incoming one replaces, is the call of those that are not its head.
create or replace temp table known as
select source, call_id, day, first_day, last_day, false as alone
from group_calls
semi join touched using (source, call_id)
where day in (select unnest($days)) and head_known
union all
select source, call_id, day, first_day, last_day, false
from group_calls
semi join (
    from touched
    union all
    select source, call_id from incoming where alone
) using (source, call_id)
where not head_known
union all
select source, call_id, day, day, day, true
from legs
semi join (from incoming where not alone) as incoming using (source, call_id)
where day in (select unnest($days)) and alone
