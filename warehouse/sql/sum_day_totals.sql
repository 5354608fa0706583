select
    day, site, department, direction, call_type, currency,
    sum(calls), sum(answered), sum(talk_s), coalesce(sum(cost), 0), coalesce(sum(charge), 0),
    coalesce(sum(tax), 0), sum(unrated), reporting_currency, coalesce(sum(reporting_cost), 0),
    coalesce(sum(reporting_charge), 0), coalesce(sum(reporting_tax), 0), sum(unconverted)
from {entries}
group by
    day, site, department, direction, call_type, currency, reporting_currency
