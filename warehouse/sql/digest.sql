select
    day,
    {currency} as currency,
    count(*) as rows,
    sum({talk_s}) as talk_s,
    sum({cost}) as cost,
    sum(hash({columns}))::varchar as digest
from {table}
group by 1, 2
order by 1, 2
