insert or replace into touched_days
select changed_days.day, publication.serial
from changed_days
cross join publication
