select
    {keys}
    sum(calls)::bigint as calls,
    sum(answered)::bigint as answered,
    coalesce(sum(calls) filter (outcome = 'answered' and answered_by = 'voicemail'), 0)::bigint
        as voicemail,
    coalesce(sum(calls) filter (outcome = 'no_answer'), 0)::bigint as no_answer,
    coalesce(sum(calls) filter (outcome = 'busy'), 0)::bigint as busy,
    coalesce(sum(calls) filter (outcome = 'cancelled'), 0)::bigint as cancelled,
    coalesce(sum(calls) filter (outcome = 'rejected'), 0)::bigint as rejected,
    coalesce(sum(calls) filter (outcome = 'failed'), 0)::bigint as failed,
    coalesce(sum(calls) filter (outcome is null or outcome = 'unknown_end'), 0)::bigint as unknown,
    coalesce(sum(prompt), 0)::bigint as prompt,
    coalesce(sum(talk_s) filter (answered > 0), 0)::decimal(18, 3) as talk_s,
    coalesce(sum(wait_s) filter (answered > 0), 0)::decimal(18, 3) as wait_s,
    coalesce(sum(wait_s) filter (outcome <> 'answered'), 0)::decimal(18, 3) as lost_wait_s
from {relation}
where {condition}
{grouping}
