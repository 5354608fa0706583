insert into sources
select source, max(started_at), $loaded_at::timestamp_ms from incoming group by source
on conflict (source) do update set
    newest_started_at = greatest(newest_started_at, excluded.newest_started_at),
    loaded_at = excluded.loaded_at
