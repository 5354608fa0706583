-- A call counts with every response group that took it; the groups are the called side of the legs
-- that they answered.
with taken as (
    select distinct source, call_id, coalesce(to_user, to_number) as response_group
    from legs
    where day between $first_of_legs and $last_of_legs and answered_by = 'response_group'
)
select
    {shown} as response_group,
    count(*) as calls,
    coalesce(sum(answered), 0)::bigint as answered,
    count(*) filter (outcome = 'cancelled') as abandoned,
    count(*) filter (outcome = 'answered' and answered_by = 'voicemail') as voicemail,
    coalesce(sum(talk_s), 0)::decimal(18, 3) as talk_s,
    (avg(ring_s) filter (answered = 1))::double as mean_wait_s,
    (avg(ring_s) filter (outcome = 'cancelled'))::double as mean_abandoned_s
from entries
join taken using (source, call_id)
where calls = 1 and {condition}
group by 1
order by calls desc, response_group nulls last
