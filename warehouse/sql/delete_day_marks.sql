delete from day_marks where day in (select day from changed_days)
