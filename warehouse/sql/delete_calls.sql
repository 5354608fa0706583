delete from group_calls using known
where
    group_calls.day = known.day
    and group_calls.source = known.source
    and group_calls.call_id = known.call_id
