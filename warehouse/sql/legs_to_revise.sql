select {columns}
from legs
where day in (select unnest($days)) and {condition}
