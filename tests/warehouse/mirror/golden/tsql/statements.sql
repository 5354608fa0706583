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

insert into #staging_calls (day, source, call_id, hour, started_at, started_local, ended_at, time_zone, direction, outcome, answered_by, from_number, from_user, to_number, to_user, dialled, owner, person, kind, department, cost_centre, site, gateway, tariff, call_type, destination, account_code, purpose, talk_s, ring_s, billed_seconds, cost, charge, tax, currency, reporting_currency, reporting_cost, reporting_charge, reporting_tax, status, legs, emergency, answered, unrated, split)
select day, source, call_id, hour, started_at, started_local, ended_at, time_zone, direction, outcome, answered_by, from_number, from_user, to_number, to_user, dialled, owner, person, kind, department, cost_centre, site, gateway, tariff, call_type, destination, account_code, purpose, talk_s, ring_s, billed_seconds, cost, charge, tax, currency, reporting_currency, reporting_cost, reporting_charge, reporting_tax, status, legs, emergency, answered, unrated, split
from openjson(cast(? as nvarchar(max))) with (day date, source nvarchar(64), call_id nvarchar(200), hour tinyint, started_at datetime2(3), started_local datetime2(3), ended_at datetime2(3), time_zone nvarchar(64), direction nvarchar(20), outcome nvarchar(20), answered_by nvarchar(20), from_number nvarchar(128), from_user nvarchar(320), to_number nvarchar(128), to_user nvarchar(320), dialled nvarchar(450), owner nvarchar(320), person nvarchar(256), kind nvarchar(32), department nvarchar(256), cost_centre nvarchar(128), site nvarchar(128), gateway nvarchar(256), tariff nvarchar(128), call_type nvarchar(20), destination nvarchar(256), account_code nvarchar(128), purpose nvarchar(20), talk_s decimal(12, 3), ring_s decimal(12, 3), billed_seconds bigint, cost decimal(18, 6), charge decimal(18, 6), tax decimal(18, 6), currency nvarchar(8), reporting_currency nvarchar(8), reporting_cost decimal(18, 6), reporting_charge decimal(18, 6), reporting_tax decimal(18, 6), status nvarchar(20), legs int, emergency bit, answered bit, unrated bit, split bit);

insert into [tollbook].mirror_days (day, mark, version, calls, shortened, mirrored_at)
select day, mark, version, calls, shortened, mirrored_at
from openjson(cast(? as nvarchar(max))) with (day date, mark nvarchar(36), version int, calls bigint, shortened bigint, mirrored_at datetime2(3));

delete from [tollbook].calls
where day between ? and ? and day in (select day from #staging_mirror_days);

insert into [tollbook].calls (day, source, call_id, hour, started_at, started_local, ended_at, time_zone, direction, outcome, answered_by, from_number, from_user, to_number, to_user, dialled, owner, person, kind, department, cost_centre, site, gateway, tariff, call_type, destination, account_code, purpose, talk_s, ring_s, billed_seconds, cost, charge, tax, currency, reporting_currency, reporting_cost, reporting_charge, reporting_tax, status, legs, emergency, answered, unrated, split)
select day, source, call_id, hour, started_at, started_local, ended_at, time_zone, direction, outcome, answered_by, from_number, from_user, to_number, to_user, dialled, owner, person, kind, department, cost_centre, site, gateway, tariff, call_type, destination, account_code, purpose, talk_s, ring_s, billed_seconds, cost, charge, tax, currency, reporting_currency, reporting_cost, reporting_charge, reporting_tax, status, legs, emergency, answered, unrated, split
from #staging_calls;

