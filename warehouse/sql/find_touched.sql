-- Calls of which something changes and that may stand in the warehouse already. A head that is alone
-- and new is not among them: without it, its call would have no head.
create or replace temp table touched as
select source, call_id from incoming where not alone
union
select source, call_id from stored
