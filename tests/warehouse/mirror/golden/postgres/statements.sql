SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = ? AND table_name = ?;

SELECT COUNT(*) FROM information_schema.schemata WHERE schema_name = ?;

CREATE SCHEMA "tollbook";

CREATE TABLE "tollbook".migrations (number INT NOT NULL, name VARCHAR(64) NOT NULL, sha256 VARCHAR(64) NOT NULL, applied_at TIMESTAMP(3) NOT NULL, CONSTRAINT migrations_key PRIMARY KEY (number));

comment on column "tollbook".calls.day is 'Whose day it is';

SELECT number, sha256 FROM "tollbook".migrations;

INSERT INTO "tollbook".migrations (number, name, sha256, applied_at) VALUES (?, ?, ?, ?);

SELECT day, mark FROM "tollbook".mirror_days;

SELECT name, mark FROM "tollbook".mirror_tables;

select pg_advisory_xact_lock(hashtext(?));

DELETE FROM "tollbook".people;

DELETE FROM "tollbook".mirror_tables WHERE name = ?;

INSERT INTO "tollbook".mirror_tables (name, mark, version, rows_written, mirrored_at) VALUES (?, ?, ?, ?, ?);

SELECT * INTO TEMPORARY staging_mirror_days FROM "tollbook".mirror_days LIMIT 0;

TRUNCATE TABLE staging_mirror_days;

insert into staging_calls (day, source, call_id, hour, started_at, started_local, ended_at, time_zone, direction, outcome, answered_by, from_number, from_user, to_number, to_user, dialled, owner, person, kind, department, cost_centre, site, gateway, tariff, call_type, destination, account_code, purpose, talk_s, ring_s, billed_seconds, cost, charge, tax, currency, reporting_currency, reporting_cost, reporting_charge, reporting_tax, status, legs, emergency, answered, unrated, split) select unnest(cast(? as date[])), unnest(cast(? as text[])), unnest(cast(? as text[])), unnest(cast(? as smallint[])), unnest(cast(? as timestamp[])), unnest(cast(? as timestamp[])), unnest(cast(? as timestamp[])), unnest(cast(? as text[])), unnest(cast(? as text[])), unnest(cast(? as text[])), unnest(cast(? as text[])), unnest(cast(? as text[])), unnest(cast(? as text[])), unnest(cast(? as text[])), unnest(cast(? as text[])), unnest(cast(? as text[])), unnest(cast(? as text[])), unnest(cast(? as text[])), unnest(cast(? as text[])), unnest(cast(? as text[])), unnest(cast(? as text[])), unnest(cast(? as text[])), unnest(cast(? as text[])), unnest(cast(? as text[])), unnest(cast(? as text[])), unnest(cast(? as text[])), unnest(cast(? as text[])), unnest(cast(? as text[])), unnest(cast(? as numeric[])), unnest(cast(? as numeric[])), unnest(cast(? as bigint[])), unnest(cast(? as numeric[])), unnest(cast(? as numeric[])), unnest(cast(? as numeric[])), unnest(cast(? as text[])), unnest(cast(? as text[])), unnest(cast(? as numeric[])), unnest(cast(? as numeric[])), unnest(cast(? as numeric[])), unnest(cast(? as text[])), unnest(cast(? as int[])), unnest(cast(? as boolean[])), unnest(cast(? as boolean[])), unnest(cast(? as boolean[])), unnest(cast(? as boolean[]));

insert into "tollbook".mirror_days (day, mark, version, calls, shortened, mirrored_at) select unnest(cast(? as date[])), unnest(cast(? as text[])), unnest(cast(? as int[])), unnest(cast(? as bigint[])), unnest(cast(? as bigint[])), unnest(cast(? as timestamp[]));

DELETE FROM "tollbook".calls WHERE day BETWEEN ? AND ? AND day IN (SELECT day FROM staging_mirror_days);

INSERT INTO "tollbook".calls (day, source, call_id, hour, started_at, started_local, ended_at, time_zone, direction, outcome, answered_by, from_number, from_user, to_number, to_user, dialled, owner, person, kind, department, cost_centre, site, gateway, tariff, call_type, destination, account_code, purpose, talk_s, ring_s, billed_seconds, cost, charge, tax, currency, reporting_currency, reporting_cost, reporting_charge, reporting_tax, status, legs, emergency, answered, unrated, split) SELECT day, source, call_id, hour, started_at, started_local, ended_at, time_zone, direction, outcome, answered_by, from_number, from_user, to_number, to_user, dialled, owner, person, kind, department, cost_centre, site, gateway, tariff, call_type, destination, account_code, purpose, talk_s, ring_s, billed_seconds, cost, charge, tax, currency, reporting_currency, reporting_cost, reporting_charge, reporting_tax, status, legs, emergency, answered, unrated, split FROM staging_calls;

