select day, hour, gateway, seizures, talk_s, held_s, talk_peak, held_peak
from gateway_hours
where day in (select unnest($days))
