-- Lost inbound calls, and the first answered call after each with the same outside number, either
-- way, within the hours. Only the calls of the reader's scope can return one.
with talked as (
    select if(direction = 'inbound', from_number, to_number) as number, started_at
    from entries
    where calls = 1
        and answered = 1
        and direction in ('inbound', 'outbound')
        and day between $first and $last_return
        and {allowed}
), lost as (
    select *
    from entries
    where calls = 1
        and direction = 'inbound'
        and outcome in ('no_answer', 'busy', 'cancelled', 'rejected', 'failed')
        and from_number is not null
        and {condition}
)
select {columns}
from lost
where not exists (
    select 1
    from talked
    where talked.number = lost.from_number
        and talked.started_at > lost.started_at
        and talked.started_at <= lost.started_at + to_seconds($within)
)
order by started_at desc, source, call_id
limit $limit
