-- Of days that have no legs any more.
delete from key_ranges
where
    day in (select day from stored)
    and day not in (select day from legs where day in (select day from stored))
