insert into group_calls by name
select *
from derived
where legs > 1 or not head_known
