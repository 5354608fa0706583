insert into pruned_files
select name, sha256, null, $at::timestamp_ms from files
on conflict (name, sha256) do update set remainder = null, pruned_at = excluded.pruned_at
