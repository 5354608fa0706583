insert into day_marks
select day, uuid()::varchar
from changed_days
