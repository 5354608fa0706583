select * exclude (department, hourly)
from outcome_sums
where hourly
