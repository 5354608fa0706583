-- A row_id names a row only until the file is next written: the day bears witness that it still does.
update legs set {changes}
from revised
where legs.rowid = revised.row_id and legs.day = revised.day
