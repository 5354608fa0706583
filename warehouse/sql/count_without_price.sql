-- The beginnings of numbers that no prefix of their tariff covers, as the reader may see them.
select
    tariff,
    left({number}, $digits + 1) as number_start,
    count(*) as legs,
    count(distinct (source, call_id)) as calls,
    coalesce(sum(talk_s), 0)::decimal(18, 3) as talk_s,
    min(started_at) as first_at,
    max(started_at) as last_at
from {legs}
where status = 'no_prefix' and {condition}
group by tariff, number_start
order by legs desc, tariff nulls last, number_start nulls last
limit $limit
