select
    day,
    currency,
    count(*) as rows,
    sum({talk_s}) as talk_s,
    sum(cost) as cost,
    sum(hash({columns}))::varchar as digest
from {table}
group by day, currency
order by day, currency
