insert into known
select source, call_id, day, first_day, last_day, false
from group_calls
semi join touched using (source, call_id)
where head_known and day not in (select unnest($days))
union all
select source, call_id, day, day, day, true
from legs
semi join (from incoming where not alone) as incoming using (source, call_id)
where alone and day not in (select unnest($days))
