insert into known
select calls.source, calls.call_id, calls.day, calls.first_day, calls.last_day
from calls
semi join touched using (source, call_id)
where calls.head_known and calls.day not in (select unnest($days))
