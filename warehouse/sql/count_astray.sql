-- Touched calls that neither stand near nor bring their head: their head may be on any day.
select count(*)
from touched
anti join known using (source, call_id)
where not exists (
    select 1 from incoming
    where incoming.source = touched.source and incoming.leg_id = touched.call_id
)
