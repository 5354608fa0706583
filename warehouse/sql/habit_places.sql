-- Which beginnings of numbers, and which premium services, each subject called.
select distinct
    {subject} as subject,
    {number_start} as number_start,
    coalesce(call_type = 'premium', false) as premium
from entries
where {condition} and owned and direction in ('outbound', 'transit') and {subject} is not null
