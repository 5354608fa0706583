with ranked as (
    select
        "user",
        {currency} as currency,
        sum(calls)::bigint as calls,
        sum(answered)::bigint as answered,
        coalesce(sum(talk_s), 0)::decimal(18, 3) as talk_s,
        coalesce(sum({cost}), 0)::decimal(18, 6) as cost,
        coalesce(sum({charge}), 0)::decimal(18, 6) as charge,
        coalesce(sum({tax}), 0)::decimal(18, 6) as tax,
        sum(unrated)::bigint as unrated{more}
    from {relation}
    where {condition}
    group by "user", {currency}
    order by cost desc, calls desc, "user" nulls last, {currency}
    limit $limit
), named as (
    select
        "user",
        arg_max(person, day) as person,
        arg_max(department, day) as department
    from {relation}
    where "user" in (select "user" from ranked) and {condition}
    group by "user"
)
select
    ranked."user", named.person, named.department, ranked.currency, ranked.calls,
    ranked.answered, ranked.talk_s, ranked.cost, ranked.charge, ranked.tax, ranked.unrated{ranked_more}
from ranked
left join named on named."user" = ranked."user"
order by ranked.cost desc, ranked.calls desc, ranked."user" nulls last, ranked.currency
