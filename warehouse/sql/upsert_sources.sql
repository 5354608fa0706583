insert into sources
select source, newest_started_at, $loaded_at::timestamp_ms from arrived
on conflict (source) do update set
    newest_started_at = greatest(newest_started_at, excluded.newest_started_at),
    loaded_at = excluded.loaded_at
