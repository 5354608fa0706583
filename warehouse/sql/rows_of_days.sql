select {columns}
from {table}
where day in (select unnest($days)) and {condition}
