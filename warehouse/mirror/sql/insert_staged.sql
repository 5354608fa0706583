insert into {schema}.{table} ({columns})
select {columns}
from {staged}
