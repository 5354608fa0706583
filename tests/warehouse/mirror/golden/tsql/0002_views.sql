create view [tollbook].[Fact Calls] as
select
    day as [Date],
    hour as [Hour],
    started_at as [Started (UTC)],
    started_local as [Started (local)],
    source as [Source],
    call_id as [Call],
    direction as [Direction],
    outcome as [Outcome],
    answered_by as [Answered by],
    from_number as [Caller number],
    from_user as [Caller],
    to_number as [Called number],
    to_user as [Called],
    dialled as [Dialled],
    coalesce(owner, N'(none)') as [Person key],
    coalesce(department, N'(none)') as [Department key],
    coalesce(site, N'(none)') as [Site key],
    coalesce(gateway, N'(none)') as [Trunk key],
    coalesce(tariff, N'(none)') as [Carrier key],
    coalesce(destination, N'(none)') as [Destination key],
    cost_centre as [Cost centre],
    kind as [Kind of owner],
    account_code as [Account code],
    purpose as [Purpose],
    call_type as [Call type],
    talk_s as [Talk time (s)],
    ring_s as [Ring time (s)],
    billed_seconds as [Billed time (s)],
    cost as [Cost],
    charge as [Charge],
    tax as [Tax],
    reporting_currency as [Reporting currency],
    reporting_cost as [Reporting cost],
    reporting_charge as [Reporting charge],
    reporting_tax as [Reporting tax],
    currency as [Currency],
    status as [Rating],
    legs as [Legs],
    emergency as [Emergency],
    answered as [Answered],
    unrated as [Unrated]
from [tollbook].calls;

create view [tollbook].[Fact Costs] as
select
    day as [Date],
    source as [Source],
    call_id as [Call],
    coalesce(owner, N'(none)') as [Person key],
    coalesce(department, N'(none)') as [Department key],
    coalesce(site, N'(none)') as [Site key],
    coalesce(gateway, N'(none)') as [Trunk key],
    coalesce(tariff, N'(none)') as [Carrier key],
    coalesce(destination, N'(none)') as [Destination key],
    cost_centre as [Cost centre],
    direction as [Direction],
    call_type as [Call type],
    cost as [Cost],
    charge as [Charge],
    tax as [Tax],
    currency as [Currency]
from [tollbook].calls
where split = cast(0 as bit)
union all
select
    c.day,
    c.source,
    c.call_id,
    coalesce(s.payer, N'(none)'),
    coalesce(s.department, N'(none)'),
    coalesce(s.site, N'(none)'),
    coalesce(c.gateway, N'(none)'),
    coalesce(c.tariff, N'(none)'),
    coalesce(c.destination, N'(none)'),
    s.cost_centre,
    c.direction,
    c.call_type,
    s.cost,
    s.charge,
    s.tax,
    s.currency
from [tollbook].calls as c
join [tollbook].call_shares as s
    on s.day = c.day and s.source = c.source and s.call_id = c.call_id
where c.split = cast(1 as bit);

create view [tollbook].[Fact Trunk use] as
select
    day as [Date],
    hour as [Hour],
    gateway as [Trunk key],
    seizures as [Seizures],
    used_s as [Used (s)],
    peak as [Peak]
from [tollbook].gateway_hours;

create view [tollbook].[Dim Date] as
select
    day as [Date],
    year as [Year],
    quarter as [Quarter],
    month as [Month],
    month_name as [Month name],
    week_year as [Week year],
    week as [Week],
    weekday as [Weekday],
    weekday_name as [Weekday name],
    weekend as [Weekend]
from [tollbook].dates;

create view [tollbook].[Dim Person] as
select
    p.address as [Person key],
    p.name as [Person],
    p.kind as [Kind],
    p.email as [E-mail],
    p.department as [Department now],
    p.cost_centre as [Cost centre now],
    p.site as [Site now],
    p.manager as [Manager key],
    p.role as [Role]
from (
    select
        people.*,
        row_number() over (
            partition by address order by case when valid_to is null then 1 else 0 end desc, valid_to desc
        ) as newest
    from [tollbook].people as people
) as p
where p.newest = 1
union all
select
    coalesce(d.owner, N'(none)'),
    coalesce(max(d.person), d.owner, N'(none)'),
    null, null, null, null, null, null, null
from [tollbook].day_people as d
where not exists (select 1 from [tollbook].people as p where p.address = d.owner)
group by d.owner;

create view [tollbook].[Dim Department] as
select distinct
    coalesce(department, N'(none)') as [Department key],
    coalesce(department, N'(none)') as [Department]
from [tollbook].day_totals
union
select department, department
from [tollbook].people;

create view [tollbook].[Dim Site] as
select
    site as [Site key],
    site as [Site],
    country as [Country],
    time_zone as [Time zone]
from [tollbook].sites
union all
select distinct coalesce(d.site, N'(none)'), coalesce(d.site, N'(none)'), null, null
from [tollbook].day_totals as d
where not exists (select 1 from [tollbook].sites as s where s.site = d.site);

create view [tollbook].[Dim Trunk] as
select
    t.gateway as [Trunk key],
    t.gateway as [Trunk],
    g.site as [Site of trunk],
    g.tariff as [Carrier of trunk],
    g.channels as [Channels]
from (
    select coalesce(gateway, N'(none)') as gateway from [tollbook].day_destinations
    union
    select gateway from [tollbook].gateway_hours
) as t
left join (
    select
        gateways.*,
        row_number() over (
            partition by gateway order by case when valid_to is null then 1 else 0 end desc, valid_to desc
        ) as newest
    from [tollbook].gateways as gateways
) as g
    on g.gateway = lower(t.gateway) and g.newest = 1;

create view [tollbook].[Dim Carrier] as
select distinct
    coalesce(tariff, N'(none)') as [Carrier key],
    coalesce(tariff, N'(none)') as [Carrier]
from [tollbook].day_destinations;

create view [tollbook].[Dim Destination] as
select
    coalesce(destination, N'(none)') as [Destination key],
    coalesce(destination, N'(none)') as [Destination],
    max(call_type) as [Usual call type]
from [tollbook].day_destinations
group by destination;

