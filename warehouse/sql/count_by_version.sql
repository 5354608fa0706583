select
    tariff,
    tariff_version as version,
    min(day) as first_day,
    max(day) as last_day,
    count(*) as legs
from legs
where tariff_version is not null and list_contains($statuses, status) and {condition}
group by tariff, tariff_version
