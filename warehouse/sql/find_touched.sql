create or replace temp table touched as
select source, call_id, row_number() over () as call
from (
    select source, call_id from incoming
    union
    select source, call_id from stored
)
