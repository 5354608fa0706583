select source, leg_id
from stored
join incoming using (source, leg_id)
where stored.revision > incoming.revision
