delete from gateway_hours using gone
where
    gateway_hours.day = gone.day
    and gateway_hours.hour = gone.hour
    and gateway_hours.gateway = gone.gateway
