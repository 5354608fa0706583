-- All legs of the compound calls, while the replaced ones are gone and the incoming ones not yet in.
-- A stored call spans first_day to last_day.
create or replace temp table gathered as
with leg as (
    select
        source, leg_id, call_id, started_at, answered_at, ended_at, day, hour, started_local,
        time_zone, talk_s, ring_s, direction, outcome, answered_by, from_number, from_user,
        to_number, to_user, dialled, charged_user, person, kind, department, cost_centre,
        site, coalesce(gateway_out, gateway_in) as gateway, emergency, tariff, destination,
        call_type, account_code, purpose, billed_seconds, cost, charge, tax, currency, status,
        reporting_currency, reporting_cost, reporting_charge, reporting_tax
    from compound_legs
    union all
    select
        source, leg_id, call_id, started_at, answered_at, ended_at, day, hour, started_local,
        time_zone, talk_s, ring_s, direction, outcome, answered_by, from_number, from_user,
        to_number, to_user, dialled, charged_user, person, kind, department, cost_centre,
        site, coalesce(gateway_out, gateway_in) as gateway, emergency, tariff, destination,
        call_type, account_code, purpose, billed_seconds, cost, charge, tax, currency, status,
        reporting_currency, reporting_cost, reporting_charge, reporting_tax
    from legs
    semi join known using (source, call_id)
    where day in (
        select unnest(generate_series(first_day, last_day, interval 1 day))::date from known
    ) and {condition}
)
select
    leg.*,
    compound.call,
    coalesce(status in (select unnest($unrated)), false) as unrated,
    reporting_cost is null and coalesce(cost <> 0 or charge <> 0 or tax <> 0, false) as unconverted
from leg
join compound using (source, call_id)
