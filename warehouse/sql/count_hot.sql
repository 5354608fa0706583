-- Legs and days in the hot part, and legs that a base up to next_cutoff would take from it.
select
    coalesce(sum(legs), 0)::bigint,
    count(distinct day),
    coalesce(sum(legs) filter (day < $next_cutoff), 0)::bigint
from day_sums
where legs > 0 and (day >= $cutoff or day in (select unnest($days)))
