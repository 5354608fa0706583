-- Where nothing is stored, no call is known.
create temp table known (
    source varchar,
    call_id varchar,
    day date,
    first_day date,
    last_day date,
    alone boolean
)
