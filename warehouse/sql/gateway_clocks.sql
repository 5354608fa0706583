-- By how much, in milliseconds, the clocks of the legs on each trunk are ahead of UTC.
select
    gateway_in,
    gateway_out,
    min(epoch_ms(started_local) - epoch_ms(started_at)) as least,
    max(epoch_ms(started_local) - epoch_ms(started_at)) as most
from legs
where {condition}
group by gateway_in, gateway_out
