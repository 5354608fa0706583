select dialog_id, source, started_at
from legs
where source < $source
    and day between $first and $last
    and dialog_id in (select unnest($dialogs))
    and {allowed}
