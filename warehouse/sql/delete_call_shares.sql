delete from call_shares using known
where call_shares.day = known.day and call_shares.source = known.source and call_shares.call_id = known.call_id
