-- Of the touched calls those that are more than one incoming leg alone.
create or replace temp table compound as
select source, call_id, row_number() over () as call
from (
    select source, call_id from incoming where not alone
    union
    select source, call_id from known
)
