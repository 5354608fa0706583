-- What each subject did in each hour in which it called out.
select
    {subject} as subject,
    day,
    hour,
    count(*) as calls,
    coalesce(sum(cost), 0)::decimal(18, 6) as cost
from entries
where {condition} and owned and direction in ('outbound', 'transit') and {subject} is not null
group by all
