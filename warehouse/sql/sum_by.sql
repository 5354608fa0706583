select
    {keys}
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
group by {groups} {currency}
order by {groups} {currency}
