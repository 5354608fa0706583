-- Destinations to which no call of the reader's scope went before the period.
select
    destination,
    any_value(call_type) as call_type,
    currency,
    min(day) as first_day,
    sum(calls)::bigint as calls,
    coalesce(sum(talk_s), 0)::decimal(18, 3) as talk_s,
    coalesce(sum(cost), 0)::decimal(18, 6) as cost
from {relation}
where destination is not null
    and {condition}
    and destination not in (
        select destination
        from {earlier}
        where destination is not null and day < $first and {allowed}
    )
group by destination, currency
order by cost desc, calls desc, destination, currency nulls last
