insert into key_ranges
select source, left(leg_id, 1), day, min(leg_id), max(leg_id)
from incoming
group by source, left(leg_id, 1), day
on conflict (source, series, day) do update set
    lowest = least(lowest, excluded.lowest), highest = greatest(highest, excluded.highest)
