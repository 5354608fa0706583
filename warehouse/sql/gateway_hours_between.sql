select day, hour, gateway, seizures, used_s, peak
from gateway_hours
where day between $first and $last
order by gateway, day, hour
