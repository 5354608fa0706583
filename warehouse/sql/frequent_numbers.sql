-- Outside numbers as the reader may see them: numbers that look alike to him count together.
select
    number,
    sum(calls)::bigint as calls,
    sum(answered)::bigint as answered,
    coalesce(sum(talk_s), 0)::decimal(18, 3) as talk_s,
    min(started_at) as first_at,
    max(started_at) as last_at
from (select {number} as number, * from entries where calls = 1 and {condition})
where number is not null
group by number
order by calls desc, talk_s desc, number
limit $limit
