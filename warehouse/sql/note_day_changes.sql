insert or replace into day_changes
select changed_days.day, publication.serial
from changed_days
cross join publication
