-- A call stands on the day of its head. One whose head has not come yet may stand anywhere.
create or replace temp table known as
select calls.source, calls.call_id, calls.day, calls.first_day, calls.last_day
from calls
semi join touched using (source, call_id)
where calls.day in (select unnest($days)) and calls.head_known
union all
select calls.source, calls.call_id, calls.day, calls.first_day, calls.last_day
from calls
semi join touched using (source, call_id)
where not calls.head_known
