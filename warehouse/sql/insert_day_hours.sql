insert into day_hours by name
select * exclude (department, hourly)
from outcome_sums
where hourly
