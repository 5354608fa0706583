delete from calls using known
where calls.day = known.day and calls.source = known.source and calls.call_id = known.call_id
