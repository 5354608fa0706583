-- Which calls the next publication has to write anew. Of very many it writes their whole days.
with changed as (
    select source, call_id from incoming
    union
    select source, call_id from stored
)
insert into changed_calls
select source, call_id, serial
from changed
cross join publication
where (select count(*) from changed) <= $most
