select {columns}
from (
    select *, charged_user as "user", coalesce(gateway_out, gateway_in) as gateway
    from legs
)
where {condition}
order by started_at, source, leg_id
