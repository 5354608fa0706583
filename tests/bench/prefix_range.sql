-- One row per prefix, with the prices of both bands, in a partition per tariff loaded in the order of
-- prefixes: with a row per band, or in the order of chance, the same index takes several times as long.
create extension prefix;
create unlogged table price (
    tariff text, prefix prefix_range, connect_fee numeric, first_s int, next_s int,
    per_minute numeric, per_minute_by_day numeric
) partition by list (tariff);
create unlogged table price_1 partition of price for values in ('aurelia');
create unlogged table price_2 partition of price for values in ('hudson');
create unlogged table price_3 partition of price for values in ('merlion');
create unlogged table zone (tariff text primary key, name text);
create unlogged table call (digits prefix_range, tariff text, answered_at timestamp, talk_s numeric);
copy price from program 'cat ../prices.csv' (format csv);
copy zone from program 'cat ../zones.csv' (format csv);
copy call from program 'cat ../calls.csv' (format csv);
create index on price_1 using gist (prefix);
create index on price_2 using gist (prefix);
create index on price_3 using gist (prefix);
analyze;
-- rate
drop table if exists rated;
create unlogged table rated as
select
    call.digits, found.prefix, billed.seconds,
    round(found.connect_fee + billed.seconds * band.per_minute / 60, 4) as cost
from call
join zone using (tariff)
cross join lateral (
    select price.*
    from price
    where price.tariff = call.tariff and price.prefix @> call.digits
    order by length(price.prefix) desc
    limit 1
) as found
cross join lateral (
    select (call.answered_at at time zone 'UTC') at time zone zone.name as at
) as local
cross join lateral (
    select
        case
            when extract(isodow from local.at) < 6 and extract(hour from local.at) between 8 and 17
            then found.per_minute_by_day
            else found.per_minute
        end as per_minute
) as band
cross join lateral (
    select
        found.first_s
        + greatest(ceil((ceil(call.talk_s) - found.first_s) / found.next_s), 0) * found.next_s
        as seconds
) as billed;
