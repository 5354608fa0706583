-- Which calls the next publication has to write anew. Of very many legs it writes their whole days.
insert into changed_calls
with changed as (
    select source, call_id from incoming
    union all
    select source, call_id from stored
)
select distinct source, call_id, serial
from changed
cross join publication
where (select count(*) from changed) <= $most
