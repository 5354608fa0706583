-- What counts where: each call with its owner, and where the money is split, each payer's part
-- beside it. `calls`, `answered`, `talk_s` and `unrated` count with the owner alone;
-- `call_talk_s` is the same in every part, `unconverted` is of the part
select
    source, call_id, day, hour, started_at, started_local, ended_at, time_zone, direction,
    outcome, answered_by, from_number, from_user, to_number, to_user, dialled, "user", person,
    kind, department, cost_centre, site, gateway, tariff, call_type, destination, account_code,
    purpose, talk_s, ring_s,
    cost, charge, tax, currency, status, legs, emergency, billed_seconds, split, true as owned,
    talk_s as call_talk_s, 1 as calls, answered::integer as answered, unrated::integer as unrated,
    reporting_currency, reporting_cost, reporting_charge, reporting_tax,
    unconverted::integer as unconverted
from {calls}
where not split
union all
select
    c.source, c.call_id, c.day, c.hour, c.started_at, c.started_local, c.ended_at, c.time_zone,
    c.direction, c.outcome, c.answered_by, c.from_number, c.from_user, c.to_number, c.to_user,
    c.dialled, s."user", s.person, s.kind, s.department, s.cost_centre, s.site, c.gateway, c.tariff,
    c.call_type, c.destination, s.account_code, s.purpose, if(s.owned, c.talk_s, 0), c.ring_s, s.cost, s.charge, s.tax,
    s.currency, c.status, c.legs, c.emergency, c.billed_seconds, c.split, s.owned,
    c.talk_s, s.owned::integer, (s.owned and c.answered)::integer, (s.owned and c.unrated)::integer,
    s.reporting_currency, s.reporting_cost, s.reporting_charge, s.reporting_tax,
    s.unconverted::integer
from {groups} as c
join {shares} as s
    on s.day = c.day and s.source = c.source and s.call_id = c.call_id
where c.split
