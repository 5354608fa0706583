select day, currency, count(*) as row_count, {sums}
from {schema}.{table}
group by day, currency
