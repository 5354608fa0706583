-- Which calls the next publication has to write anew. Of very many legs it writes their whole days.
insert into changed_calls
select distinct source, call_id, serial
from {changed} as changed
cross join publication
where (select count(*) from {changed} as every) <= $most
