-- Who is charged and stands in no directory, by address or else by the number on our side.
select
    charged_user as "user",
    if(charged_user is null, {number}, null) as number,
    site,
    currency,
    count(*) as legs,
    count(distinct (source, call_id)) as calls,
    count(*) filter (status in (select unnest($unrated))) as unrated,
    coalesce(sum(talk_s), 0)::decimal(18, 3) as talk_s,
    coalesce(sum(cost), 0)::decimal(18, 6) as cost,
    min(started_at) as first_at,
    max(started_at) as last_at
from {legs}
where person is null and charged_user is distinct from $anonymous and {condition}
group by 1, 2, site, currency
order by legs desc, "user" nulls last, number nulls last, site nulls last, currency nulls last
limit $limit
