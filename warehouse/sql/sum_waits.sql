-- How long callers waited: those answered, and those who gave up.
select
    {keys}
    coalesce(sum(answered), 0)::bigint as answered,
    (avg(ring_s) filter (answered = 1))::double as mean_s,
    (quantile_cont(ring_s::double, 0.5) filter (answered = 1))::double as median_s,
    (quantile_cont(ring_s::double, 0.9) filter (answered = 1))::double as p90_s,
    (max(ring_s) filter (answered = 1))::decimal(18, 3) as longest_s,
    count(*) filter (answered = 1 and ring_s <= $within) as prompt,
    count(*) filter (outcome = 'cancelled') as abandoned,
    (avg(ring_s) filter (outcome = 'cancelled'))::double as abandoned_mean_s,
    (max(ring_s) filter (outcome = 'cancelled'))::decimal(18, 3) as abandoned_longest_s
from entries
where calls = 1 and {condition}
{grouping}
