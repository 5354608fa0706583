-- Legs and days in the hot part, and legs that a base up to next_cutoff would take from it.
select
    count(*),
    count(distinct day),
    count(*) filter (day < $next_cutoff)
from (
    select day from legs where day >= $cutoff
    union all
    select day from legs where day < $cutoff and day in (select unnest($days))
)
