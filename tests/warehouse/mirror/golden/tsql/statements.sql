select count(*)
from information_schema.tables
where table_schema = ? and table_name = ?;

select count(*)
from information_schema.schemata
where schema_name = ?;

create schema [tollbook];

create table [tollbook].migrations (
    number int not null,
    name nvarchar(64) not null,
    sha256 nvarchar(64) not null,
    applied_at datetime2(3) not null,
    constraint migrations_key primary key (number)
);

exec sys.sp_addextendedproperty @name = N'MS_Description', @value = ?, @level0type = N'SCHEMA', @level0name = ?, @level1type = N'TABLE', @level1name = ?, @level2type = N'COLUMN', @level2name = ?;

select number, sha256 from [tollbook].migrations;

insert into [tollbook].migrations (number, name, sha256, applied_at) values (?, ?, ?, ?);

select cast(serverproperty('ProductMajorVersion') as int), cast(serverproperty('EngineEdition') as int);

select count(*) from sys.indexes where name = ? and object_id = object_id(?);

create nonclustered columnstore index calls_columnstore on [tollbook].calls (day, source, call_id, hour, started_at, started_local, ended_at, time_zone, direction, outcome, answered_by, owner, person, kind, department, cost_centre, site, gateway, tariff, call_type, destination, account_code, purpose, talk_s, ring_s, billed_seconds, cost, charge, tax, currency, reporting_currency, reporting_cost, reporting_charge, reporting_tax, status, legs, emergency, answered, unrated, split);

select day, mark from [tollbook].mirror_days;

select name, mark from [tollbook].mirror_tables;

declare @got int; exec @got = sp_getapplock @Resource = ?, @LockMode = 'Exclusive', @LockOwner = 'Transaction', @LockTimeout = 60000; select @got;

delete from [tollbook].people;

delete from [tollbook].mirror_tables where name = ?;

insert into [tollbook].mirror_tables (name, mark, version, rows_written, mirrored_at)
values (?, ?, ?, ?, ?);

select top 0 * into #staging_mirror_days from [tollbook].mirror_days;

truncate table #staging_mirror_days;

insert into #staging_calls (day, source, call_id, hour, started_at, started_local, ended_at, time_zone, direction, outcome, answered_by, from_number, from_user, to_number, to_user, dialled, owner, person, kind, department, cost_centre, site, gateway, tariff, call_type, destination, account_code, purpose, talk_s, ring_s, billed_seconds, cost, charge, tax, currency, reporting_currency, reporting_cost, reporting_charge, reporting_tax, status, legs, emergency, answered, unrated, split) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

insert into [tollbook].mirror_days (day, mark, version, calls, shortened, mirrored_at) values (?, ?, ?, ?, ?, ?);

delete from [tollbook].calls
where day between ? and ? and day in (select day from #staging_mirror_days);

insert into [tollbook].calls (day, source, call_id, hour, started_at, started_local, ended_at, time_zone, direction, outcome, answered_by, from_number, from_user, to_number, to_user, dialled, owner, person, kind, department, cost_centre, site, gateway, tariff, call_type, destination, account_code, purpose, talk_s, ring_s, billed_seconds, cost, charge, tax, currency, reporting_currency, reporting_cost, reporting_charge, reporting_tax, status, legs, emergency, answered, unrated, split)
select day, source, call_id, hour, started_at, started_local, ended_at, time_zone, direction, outcome, answered_by, from_number, from_user, to_number, to_user, dialled, owner, person, kind, department, cost_centre, site, gateway, tariff, call_type, destination, account_code, purpose, talk_s, ring_s, billed_seconds, cost, charge, tax, currency, reporting_currency, reporting_cost, reporting_charge, reporting_tax, status, legs, emergency, answered, unrated, split
from #staging_calls;

