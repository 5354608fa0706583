create or replace temp table derived_shares as
with share as (
    select
        leg.source, leg.call_id, call.day, leg.charged_user as "user", leg.person,
        leg.kind, leg.department, leg.cost_centre, leg.site, leg.account_code, leg.purpose,
        leg.currency, leg.cost, leg.charge, leg.tax, leg.reporting_currency, leg.reporting_cost,
        leg.reporting_charge, leg.reporting_tax, leg.unconverted, false as owned
    from gathered as leg
    join derived as call on call.source = leg.source and call.call_id = leg.call_id
    where call.split and (leg.cost <> 0 or leg.charge <> 0 or leg.tax <> 0)
    union all
    select
        source, call_id, day, "user", person, kind, department, cost_centre, site, account_code,
        purpose, currency, null, null, null, reporting_currency, null, null, null, false, true
    from derived
    where split
)
select
    source, call_id, day, "user", person, kind, department, cost_centre, site, account_code,
    purpose, currency, sum(cost) as cost, sum(charge) as charge, sum(tax) as tax,
    reporting_currency, sum(reporting_cost) as reporting_cost,
    sum(reporting_charge) as reporting_charge, sum(reporting_tax) as reporting_tax,
    bool_or(unconverted) as unconverted, bool_or(owned) as owned
from share
group by
    source, call_id, day, "user", person, kind, department, cost_centre, site, account_code,
    purpose, currency, reporting_currency
