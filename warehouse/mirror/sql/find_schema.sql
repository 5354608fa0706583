select count(*)
from information_schema.schemata
where schema_name = ?
