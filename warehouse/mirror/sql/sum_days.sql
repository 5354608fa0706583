select day, {currency} as currency, count(*) as row_count, {sums}
from {schema}.{table}
group by day, {currency}
