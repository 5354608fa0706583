insert into retention
values (
    $rule, $what, $sites::varchar[], $departments::varchar[], $call_types::varchar[], $before,
    $at::timestamp_ms, $by, $owed
)
on conflict (rule) do update set
    before = greatest(before, excluded.before),
    applied_at = excluded.applied_at,
    applied_by = excluded.applied_by,
    owed = owed or excluded.owed
