-- What a publication counts, it counts by day: its time must not grow with the stored calls.
create table day_sums (
    day date not null,
    currency varchar,
    legs bigint not null,
    calls bigint not null,
    cost decimal(18, 6) not null
);
comment on table day_sums is 'What each day holds, for publication; additive';
comment on column day_sums.day is 'Local day of the legs and calls';
comment on column day_sums.currency is 'Currency of the money; empty where there is none';
comment on column day_sums.legs is 'Number of legs that started on the day';
comment on column day_sums.calls is 'Number of calls, counted like day_totals';
comment on column day_sums.cost is 'What the carrier takes, counted like day_totals';
insert into day_sums
select day, currency, sum(legs), sum(calls), sum(cost)
from (
    select day, currency, count(*) as legs, 0 as calls, 0 as cost from legs group by day, currency
    union all
    select day, currency, 0, calls, cost from day_totals
)
group by day, currency;
