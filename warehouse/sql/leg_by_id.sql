select * exclude (alone)
from legs
where leg_id = $leg_id
