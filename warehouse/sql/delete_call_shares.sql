delete from call_shares using {calls} as gone
where call_shares.day = gone.day and call_shares.source = gone.source and call_shares.call_id = gone.call_id
