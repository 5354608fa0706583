select coalesce(currency, ''), sum(legs)::bigint, sum(calls)::bigint, sum(cost)
from day_sums
group by all
order by all
