select day, null as currency, count(*) as row_count, {sums}
from {schema}.{table}
group by day
