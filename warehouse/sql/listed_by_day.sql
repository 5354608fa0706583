-- How many calls are listed on each day: those counted with their owner, and those that only
-- someone who pays a part of them brings in.
select day, sum(calls)::bigint as calls
from (
    select day, calls from {relation} where {condition}
    union all
    select day, 1 from (
        select day, source, call_id
        from {parts}
        where {condition}
        group by day, source, call_id
        having not bool_or(owned)
    )
)
group by day
having sum(calls) > 0
order by day
