-- The rows of day_totals, day_people and day_destinations: all in one pass.
create or replace temp table money_sums as
select
    day, "user", person, department, site, gateway, tariff, direction, call_type, destination,
    currency,
    grouping("user") = 0 as by_person,
    grouping(destination) = 0 as by_destination,
    sum(calls) as calls,
    sum(answered) as answered,
    sum(talk_s) as talk_s,
    coalesce(sum(cost), 0) as cost,
    coalesce(sum(charge), 0) as charge,
    coalesce(sum(tax), 0) as tax,
    sum(unrated) as unrated,
    reporting_currency,
    coalesce(sum(reporting_cost), 0) as reporting_cost,
    coalesce(sum(reporting_charge), 0) as reporting_charge,
    coalesce(sum(reporting_tax), 0) as reporting_tax,
    sum(unconverted) as unconverted
from {entries}
group by grouping sets (
    (day, site, department, direction, call_type, currency, reporting_currency),
    (day, "user", person, department, site, currency, reporting_currency),
    (
        day, site, gateway, tariff, direction, call_type, destination, currency,
        reporting_currency
    )
)
