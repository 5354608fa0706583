select
    status,
    tariff,
    count(*) as legs,
    count(distinct (source, call_id)) as calls,
    coalesce(sum(talk_s), 0)::decimal(18, 3) as talk_s,
    min(started_at) as first_at,
    max(started_at) as last_at
from {legs}
where list_contains($unrated, status) and {condition}
group by status, tariff
order by legs desc, status, tariff nulls last
