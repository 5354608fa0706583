insert into pruned_files values ($name, $sha256, $remainder, $at)
on conflict (name, sha256) do update set
    remainder = excluded.remainder, pruned_at = excluded.pruned_at
