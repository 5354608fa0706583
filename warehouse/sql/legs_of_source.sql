-- The days spare a search: they are those in which such a leg can be, whatever the zone of its site.
select {columns}
from legs
where source = $source
    and day between $first and $last
    and started_at >= $since
    and started_at < $until
    and {allowed}
order by started_at, leg_id
