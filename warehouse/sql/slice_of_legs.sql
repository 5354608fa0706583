select {columns}
from (
    select
        *,
        charged_user as "user",
        coalesce(gateway_out, gateway_in) as gateway,
        coalesce(talk_s, 0) as call_talk_s
    from legs
)
where {condition}
order by started_at, source, leg_id
