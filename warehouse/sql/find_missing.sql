select source, leg_id
from incoming
anti join stored using (source, leg_id)
