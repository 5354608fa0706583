-- Which calls the next publication has to write anew. After very many it takes nothing over from the one before.
insert into changed_calls
select distinct source, call_id, serial
from {changed} as changed
cross join publication
where (select count(*) from {changed} as every) <= $most
