-- Every call: a leg that is alone, as `warehouse.compound` would tell it, or a row of its own.
select
    source,
    call_id,
    day,
    hour,
    started_at,
    started_local,
    ended_at,
    time_zone,
    direction,
    case
        when outcome = 'answered' and answered_by = 'response_group' then 'cancelled'
        else outcome
    end as outcome,
    answered_by,
    from_number,
    from_user,
    to_number,
    to_user,
    dialled,
    charged_user as "user",
    person,
    kind,
    department,
    cost_centre,
    site,
    coalesce(gateway_out, gateway_in) as gateway,
    tariff,
    call_type,
    destination,
    account_code,
    purpose,
    case
        when outcome = 'answered' and answered_by is distinct from 'response_group'
            then coalesce(talk_s, 0)
        else 0
    end::decimal(12, 3) as talk_s,
    ring_s,
    cost,
    charge,
    tax,
    currency,
    status,
    1::integer as legs,
    coalesce(emergency, false) as emergency,
    billed_seconds,
    coalesce(
        outcome = 'answered'
        and (answered_by is null or answered_by not in ('response_group', 'voicemail')),
        false
    ) as answered,
    coalesce(status in ({unrated}), false) as unrated,
    false as split,
    true as head_known,
    day as first_day,
    day as last_day,
    reporting_currency,
    reporting_cost,
    reporting_charge,
    reporting_tax,
    reporting_cost is null and coalesce(cost <> 0 or charge <> 0 or tax <> 0, false) as unconverted
from {schema}.legs
where alone
union all by name
from {schema}.group_calls
