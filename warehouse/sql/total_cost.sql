select coalesce(currency, ''), sum(cost)
from day_totals
group by all
having sum(cost) <> 0
order by all
