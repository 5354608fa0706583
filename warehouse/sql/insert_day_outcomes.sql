insert into day_outcomes by name
select * exclude (hour, hourly)
from outcome_sums
where not hourly
