select
    {keys},
    sum(calls)::bigint as calls,
    sum(answered)::bigint as answered,
    coalesce(sum(talk_s), 0)::decimal(18, 3) as talk_s
from {relation}
where {condition}
group by {groups}
order by {groups}
