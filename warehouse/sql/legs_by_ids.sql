select {columns}
from legs
where source = $source
    and leg_id in (select unnest($leg_ids))
    and {allowed}
order by started_at, leg_id
