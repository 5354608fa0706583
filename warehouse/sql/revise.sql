-- A row_id names a row only until the file is next written: the day bears witness that it still does.
update {table} set {changes}
from revised
where {table}.rowid = revised.row_id and {table}.day = revised.day
