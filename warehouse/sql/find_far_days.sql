-- Other days than those on which incoming legs could be stored, by their keys.
with arriving as (
    select source, left(leg_id, 1) as series, min(leg_id) as lowest, max(leg_id) as highest
    from incoming
    group by source, left(leg_id, 1)
)
select distinct key_ranges.day
from key_ranges
join arriving using (source, series)
where
    key_ranges.lowest <= arriving.highest
    and key_ranges.highest >= arriving.lowest
    and key_ranges.day not in (select unnest($days))
