-- Which calls the next publication has to write anew. Of very many it writes their whole days.
insert into changed_calls
select source, call_id, serial
from touched
cross join publication
where (select count(*) from touched) <= $most
