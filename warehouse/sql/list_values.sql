-- What calls have in a column, in order; of too many those with most calls.
with counted as (
    select {value} as value, {name} as name, sum(calls) as calls
    from {relation}
    where {value} is not null and {condition}
    group by {value}
    order by calls desc, value
    limit $limit
)
select value, coalesce(name, value) as name from counted order by lower(name), value
