-- Each day of a month bears its part of the month's whole millionths, the later days what the earlier
-- ones left over: the parts of any days add up to the month to the last digit.
with slice as (
    select
        begins,
        (begins + interval 1 {step})::date as ends,
        date_trunc('month', begins)::date as month
    from (
        select
            unnest(generate_series(
                date_trunc('{step}', $first::timestamp), $last::timestamp, interval 1 {step}
            ))::date as begins
    )
), charge as (
    select
        * exclude (valid_from, valid_to),
        greatest(coalesce(valid_from, $first), $first) as owned_from,
        least(coalesce(valid_to, $last + 1), $last + 1) as owned_to
    from fixed_charges
    where coalesce(valid_from, $first) <= $last and coalesce(valid_to, $last + 1) > $first
), part as (
    select
        * exclude (begins, ends, owned_from, owned_to, charged_from, charged_to, proration),
        greatest(begins, owned_from) as day,
        least(ends, owned_to) as ends,
        if(proration = 'whole', greatest(month, coalesce(charged_from, month)), month) as base,
        if(
            proration = 'whole',
            least((month + interval 1 month)::date, coalesce(charged_to, date '9999-01-01')),
            (month + interval 1 month)::date
        ) as base_ends
    from charge
    join slice on begins < owned_to and ends > owned_from
), priced as ({priced})
select
    {keys}
    currency,
    (
        coalesce(sum(
            if(
                day = base and ends = base_ends,
                units,
                units * (ends - base) // (base_ends - base)
                    - units * (day - base) // (base_ends - base)
            )
        ), 0)::decimal(18, 0) * 0.000001
    )::decimal(18, 6) as fixed{more}
from priced
where {condition}
group by {groups} currency
order by {groups} currency
