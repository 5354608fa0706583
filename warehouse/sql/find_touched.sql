-- Calls of which something changes, some of them several times.
create or replace temp view touched as
select source, call_id from incoming
union all
select source, call_id from stored
