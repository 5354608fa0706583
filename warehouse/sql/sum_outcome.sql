-- The rows of day_outcomes and, where an hour is given, of day_hours: both in one pass.
create or replace temp table outcome_sums as
select
    day, hour, site, department, direction, outcome, answered_by,
    grouping(hour) = 0 as hourly,
    count(*) as calls,
    count(*) filter (answered) as answered,
    count(*) filter (answered and ring_s <= 20) as prompt,
    sum(talk_s) as talk_s,
    coalesce(sum(ring_s), 0) as wait_s
from {calls}
group by grouping sets (
    (day, site, department, direction, outcome, answered_by),
    (day, hour, site, direction, outcome, answered_by)
)
