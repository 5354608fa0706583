select
    gateway,
    currency,
    count(*) as legs,
    count(*) filter (site is null) as without_site,
    count(*) filter (tariff is null) as without_tariff,
    coalesce(sum(talk_s), 0)::decimal(18, 3) as talk_s,
    coalesce(sum(cost), 0)::decimal(18, 6) as cost,
    min(started_at) as first_at,
    max(started_at) as last_at
from {legs}
where gateway is not null and (site is null or tariff is null) and {condition}
group by gateway, currency
order by legs desc, gateway, currency nulls last
limit $limit
