select distinct day
from (
    select day from legs where day >= $first and day < $cutoff
    union all
    select day from group_calls where day >= $first and day < $cutoff
    union all
    select unnest($days)
)
order by day
