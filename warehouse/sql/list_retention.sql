select what, before, sites, departments, call_types
from retention
order by what desc, rule
