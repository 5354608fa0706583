-- The millionths of a month, rounded half up, in the currency that the company reports in. Two decimals of
-- 18 digits or fewer would be multiplied within 18 digits: 22 and 16 make 38.
select
    part.* replace (
        rates.reporting_currency as currency,
        round(units::decimal(22, 0) * rates.rate, 0)::hugeint as units
    )
from part
asof left join (
    select
        currency as rate_currency, reporting_currency, rate,
        coalesce(valid_from, date '0001-01-01') as since
    from exchange_rates
) as rates
    on part.currency = rates.rate_currency and part.month >= rates.since
