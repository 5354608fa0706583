create or replace temp table derived as
with leg as (
    select
        *,
        rowid as n,
        outcome = 'answered' and answered_by is distinct from 'response_group' as talked,
        cost > 0 or status in ('rated', 'free') as priced
    from gathered
), summary as (
    select
        call,
        arg_min(n, row(leg_id <> call_id, started_at, leg_id)) as head,
        arg_min(
            n,
            row(
                case answered_by
                    when 'conference' then 2 when 'voicemail' then 3 when 'attendant' then 4 else 1
                end,
                coalesce(answered_at, started_at),
                leg_id
            )
        ) filter (talked) as taken,
        arg_min(n, row(-cost, started_at, leg_id)) filter (priced) as paid,
        arg_min(status, row(started_at, leg_id)) filter (unrated) as unrated_status,
        coalesce(bool_or(talked), false) as answered,
        coalesce(bool_or(outcome = 'answered' and not talked), false) as queued,
        -- From the strongest outcome down.
        ['unknown_end', 'busy', 'rejected', 'no_answer', 'cancelled', 'failed'][
            min(list_position(
                ['unknown_end', 'busy', 'rejected', 'no_answer', 'cancelled', 'failed'], outcome
            ))
        ] as unanswered_outcome,
        max(ended_at) as ended_at,
        coalesce(sum(talk_s) filter (talked), 0) as talk_s,
        max(ring_s) as longest_ring_s,
        count(*) as legs,
        coalesce(bool_or(emergency), false) as emergency,
        sum(billed_seconds) as billed_seconds,
        bool_or(leg_id = call_id) as head_known,
        min(day) as first_day,
        max(day) as last_day
    from leg
    group by call
), money as (
    select
        call,
        currency,
        reporting_currency,
        sum(cost) as cost,
        sum(charge) as charge,
        sum(tax) as tax,
        sum(reporting_cost) as reporting_cost,
        sum(reporting_charge) as reporting_charge,
        sum(reporting_tax) as reporting_tax,
        bool_or(unconverted) as unconverted
    from leg
    group by call, currency, reporting_currency
), payer as (
    select
        call,
        min(row(
            charged_user, person, kind, department, cost_centre, site, account_code, purpose, currency,
            reporting_currency
        )) as first_payer,
        max(row(
            charged_user, person, kind, department, cost_centre, site, account_code, purpose, currency,
            reporting_currency
        )) as last_payer
    from leg
    where cost <> 0 or charge <> 0 or tax <> 0
    group by call
)
select
    head.source,
    head.call_id,
    head.day,
    head.hour,
    head.started_at,
    head.started_local,
    summary.ended_at,
    head.time_zone,
    head.direction,
    case
        when summary.answered then 'answered' when summary.queued then 'cancelled'
        else summary.unanswered_outcome
    end as outcome,
    owner.answered_by,
    head.from_number,
    head.from_user,
    head.to_number,
    head.to_user,
    head.dialled,
    owner.charged_user as "user",
    owner.person,
    owner.kind,
    owner.account_code,
    owner.purpose,
    owner.department,
    owner.cost_centre,
    owner.site,
    priced.gateway,
    priced.tariff,
    priced.call_type,
    priced.destination,
    summary.talk_s,
    case
        when not summary.answered then summary.longest_ring_s
        when owner.n = head.n or owner.answered_at is null then owner.ring_s
        -- Two rows of a source with a coarse clock: to the nearest 10 ms.
        else round(
            (epoch_ms(owner.answered_at) - epoch_ms(head.started_at)) / 1000::decimal(12, 3), 2
        )
    end as ring_s,
    money.cost,
    money.charge,
    money.tax,
    priced.currency,
    priced.reporting_currency,
    money.reporting_cost,
    money.reporting_charge,
    money.reporting_tax,
    money.unconverted,
    coalesce(summary.unrated_status, priced.status) as status,
    summary.legs,
    summary.emergency,
    summary.billed_seconds,
    summary.answered and owner.answered_by is distinct from 'voicemail' as answered,
    summary.unrated_status is not null as unrated,
    coalesce(
        payer.first_payer <> payer.last_payer
        or payer.first_payer is distinct from row(
            owner.charged_user, owner.person, owner.kind, owner.department, owner.cost_centre,
            owner.site, owner.account_code, owner.purpose, priced.currency,
            priced.reporting_currency
        ),
        false
    ) and payer.call is not null as split,
    summary.head_known,
    summary.first_day,
    summary.last_day
from summary
join leg as head on head.n = summary.head
join leg as owner on owner.n = coalesce(summary.taken, summary.head)
join leg as priced on priced.n = coalesce(summary.paid, summary.head)
left join money
    on money.call = summary.call
    and money.currency is not distinct from priced.currency
    and money.reporting_currency is not distinct from priced.reporting_currency
left join payer on payer.call = summary.call
