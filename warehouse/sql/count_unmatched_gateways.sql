-- Trunks of legs without a site or a tariff, and, for those who may see all, those that no row of
-- gateways.csv is for. The site of a leg may be that of its source or owner. What comes in costs
-- nothing, and needs no tariff.
with leg as (
    select *, tariff is null and status <> 'not_charged' as lacks_tariff
    from {legs}
    where gateway is not null and {condition}
), strange as (
    select gateway
    from (select distinct gateway from leg where $everything) as used
    where not exists (
        select 1 from gateways as known where lower(used.gateway) glob known.gateway
    )
)
select
    gateway,
    currency,
    count(*) as legs,
    count(distinct (source, call_id)) as calls,
    count(*) filter (status in (select unnest($unrated))) as unrated,
    count(*) filter (site is null) as without_site,
    count(*) filter (lacks_tariff) as without_tariff,
    coalesce(bool_or(gateway in (from strange)), false) as is_unknown,
    coalesce(sum(talk_s), 0)::decimal(18, 3) as talk_s,
    coalesce(sum(cost), 0)::decimal(18, 6) as cost,
    min(started_at) as first_at,
    max(started_at) as last_at
from leg
where site is null or lacks_tariff or gateway in (from strange)
group by gateway, currency
order by legs desc, gateway, currency nulls last
limit $limit
