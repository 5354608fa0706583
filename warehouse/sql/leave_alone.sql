-- Stored legs of known calls: alone where no other leg is left, else not.
update legs set alone = derived.legs = 1 and derived.head_known
from derived
semi join known using (source, call_id)
where
    legs.source = derived.source
    and legs.call_id = derived.call_id
    and legs.day between derived.first_day and derived.last_day
    and legs.alone <> (derived.legs = 1 and derived.head_known)
