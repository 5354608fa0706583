-- Of the touched calls those that are more than one incoming leg alone, where they are not foretold.
create or replace temp table compound as
select source, call_id, row_number() over () as call
from (
    select source, call_id from incoming where {condition}
    union
    select source, call_id from known
)
