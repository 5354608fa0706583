create table [tollbook].fixed_charges (
    what nvarchar(20) not null,
    id nvarchar(320) not null,
    name nvarchar(256) not null,
    amount decimal(18, 6) not null,
    currency nvarchar(8) not null,
    proration nvarchar(20) not null,
    owner nvarchar(320),
    person nvarchar(256),
    department nvarchar(256),
    cost_centre nvarchar(128),
    site nvarchar(128),
    valid_from date,
    valid_to date,
    charged_from date,
    charged_to date
);

create table [tollbook].exchange_rates (
    currency nvarchar(8) not null,
    reporting_currency nvarchar(8) not null,
    rate decimal(16, 10) not null,
    valid_from date
);

create view [tollbook].[Exchange rates] as
select
    currency as [Currency],
    reporting_currency as [Reporting currency],
    rate as [Rate],
    valid_from as [Valid from],
    lead(valid_from) over (partition by currency order by valid_from) as [Valid to]
from [tollbook].exchange_rates;

create view [tollbook].[Fact Fixed charges] as
select
    s.day as [Date],
    coalesce(s.owner, N'(none)') as [Person key],
    coalesce(s.department, N'(none)') as [Department key],
    coalesce(s.site, N'(none)') as [Site key],
    s.cost_centre as [Cost centre],
    s.what as [Charged],
    s.id as [Which],
    s.name as [Charge for],
    cast(
        cast(s.units * (s.position + 1) / s.days - s.units * s.position / s.days as decimal(18, 0))
        * cast(0.000001 as decimal(6, 6)) as decimal(18, 6)
    ) as [Fixed charge],
    s.currency as [Currency],
    cast(
        cast(
            s.reporting_units * (s.position + 1) / s.days - s.reporting_units * s.position / s.days
            as decimal(18, 0)
        ) * cast(0.000001 as decimal(6, 6)) as decimal(18, 6)
    ) as [Reporting fixed charge],
    s.reporting_currency as [Reporting currency]
from (
    select
        m.what,
        m.id,
        m.name,
        m.currency,
        m.owner,
        m.department,
        m.cost_centre,
        m.site,
        m.reporting_currency,
        m.units,
        cast(round(cast(m.units as decimal(18, 0)) * m.rate, 0) as bigint) as reporting_units,
        d.day,
        datediff(day, m.base, d.day) as position,
        datediff(day, m.base, m.last) + 1 as days
    from (
        select
            f.what,
            f.id,
            f.name,
            f.currency,
            f.owner,
            f.department,
            f.cost_centre,
            f.site,
            f.valid_from,
            f.valid_to,
            cast(f.amount * 1000000 as bigint) as units,
            r.[Rate] as rate,
            r.[Reporting currency] as reporting_currency,
            c.year,
            c.month,
            case
                when f.proration = N'whole' and f.charged_from > c.begins then f.charged_from
                else c.begins
            end as base,
            case
                when f.proration = N'whole' and f.charged_to <= c.ends
                then dateadd(day, -1, f.charged_to)
                else c.ends
            end as last
        from [tollbook].fixed_charges as f
        join (
            select year, month, min(day) as begins, max(day) as ends
            from [tollbook].dates
            group by year, month
        ) as c
            on (f.valid_from is null or f.valid_from <= c.ends)
            and (f.valid_to is null or f.valid_to > c.begins)
        left join [tollbook].[Exchange rates] as r
            on r.[Currency] = f.currency
            and (r.[Valid from] is null or r.[Valid from] <= c.begins)
            and (r.[Valid to] is null or r.[Valid to] > c.begins)
    ) as m
    join [tollbook].dates as d
        on d.year = m.year
        and d.month = m.month
        and (m.valid_from is null or m.valid_from <= d.day)
        and (m.valid_to is null or m.valid_to > d.day)
    where d.day <= (select max(day) from [tollbook].mirror_days)
) as s;

drop view [tollbook].[Dim Department];

create view [tollbook].[Dim Department] as
select distinct
    coalesce(department, N'(none)') as [Department key],
    coalesce(department, N'(none)') as [Department]
from [tollbook].day_totals
union
select department, department
from [tollbook].people
union
select coalesce(department, N'(none)'), coalesce(department, N'(none)')
from [tollbook].fixed_charges;

drop view [tollbook].[Dim Site];

create view [tollbook].[Dim Site] as
select
    site as [Site key],
    site as [Site],
    country as [Country],
    time_zone as [Time zone]
from [tollbook].sites
union all
select coalesce(d.site, N'(none)'), coalesce(d.site, N'(none)'), null, null
from (
    select site from [tollbook].day_totals
    union
    select site from [tollbook].fixed_charges
) as d
where not exists (select 1 from [tollbook].sites as s where s.site = d.site);

drop view [tollbook].[Dim Person];

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
from (
    select owner, person from [tollbook].day_people
    union
    select owner, person from [tollbook].fixed_charges
) as d
where not exists (select 1 from [tollbook].people as p where p.address = d.owner)
group by d.owner;

