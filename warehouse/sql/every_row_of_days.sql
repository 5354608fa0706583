select {columns}
from {table}
where day in (select unnest(getvariable('days')::date[])) and {condition}
