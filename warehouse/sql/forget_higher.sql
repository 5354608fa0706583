delete from stored
where not exists (
    select 1 from incoming
    where incoming.source = stored.source and incoming.leg_id = stored.leg_id
)
