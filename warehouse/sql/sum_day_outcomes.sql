select * exclude (hour, hourly)
from outcome_sums
where not hourly
