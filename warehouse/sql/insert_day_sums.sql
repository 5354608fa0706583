insert into day_sums
select day, currency, sum(legs), sum(calls), sum(cost)
from (
    select day, currency, count(*) as legs, 0 as calls, 0 as cost
    from legs
    where day in (select day from changed_days)
    group by day, currency
    union all
    select day, currency, 0, calls, cost
    from day_totals
    where day in (select day from changed_days)
)
group by day, currency
