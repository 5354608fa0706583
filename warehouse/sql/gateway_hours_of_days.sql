select day, hour, gateway, seizures, used_s, peak
from gateway_hours
where day in (select unnest($days))
