insert into changed_days
select unnest($days)
except
select day from changed_days
