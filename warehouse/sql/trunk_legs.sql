-- Legs that held channels of trunks, in milliseconds since 1970. Where the end is not known, a leg
-- holds none for longer than is known of it.
select
    day,
    gateway_in,
    gateway_out,
    epoch_ms(started_at) as started,
    epoch_ms(started_local) - epoch_ms(started_at) as ahead,
    epoch_ms({taken_at}) as taken,
    coalesce(
        epoch_ms(ended_at), epoch_ms(answered_at) + (talk_s * 1000)::bigint, epoch_ms(answered_at),
        epoch_ms(started_at)
    ) as freed
from {relation}
where (gateway_in is not null or gateway_out is not null) and {condition}
