CREATE TABLE "tollbook".calls (day DATE NOT NULL, source VARCHAR(64) NOT NULL, call_id VARCHAR(200) NOT NULL, hour SMALLINT NOT NULL, started_at TIMESTAMP(3) NOT NULL, started_local TIMESTAMP(3) NOT NULL, ended_at TIMESTAMP(3), time_zone VARCHAR(64), direction VARCHAR(20), outcome VARCHAR(20), answered_by VARCHAR(20), from_number VARCHAR(128), from_user VARCHAR(320), to_number VARCHAR(128), to_user VARCHAR(320), dialled VARCHAR(450), owner VARCHAR(320), person VARCHAR(256), kind VARCHAR(32), department VARCHAR(256), cost_centre VARCHAR(128), site VARCHAR(128), gateway VARCHAR(256), tariff VARCHAR(128), call_type VARCHAR(20), destination VARCHAR(256), account_code VARCHAR(128), purpose VARCHAR(20), talk_s DECIMAL(12, 3) NOT NULL, ring_s DECIMAL(12, 3), billed_seconds BIGINT, cost DECIMAL(18, 6), charge DECIMAL(18, 6), tax DECIMAL(18, 6), currency VARCHAR(8), reporting_currency VARCHAR(8), reporting_cost DECIMAL(18, 6), reporting_charge DECIMAL(18, 6), reporting_tax DECIMAL(18, 6), status VARCHAR(20), legs INT NOT NULL, emergency BOOLEAN NOT NULL, answered BOOLEAN NOT NULL, unrated BOOLEAN NOT NULL, split BOOLEAN NOT NULL, CONSTRAINT calls_key PRIMARY KEY (day, source, call_id));

CREATE INDEX calls_by_owner ON "tollbook".calls(owner, day) INCLUDE (cost, charge, talk_s, currency);

CREATE INDEX calls_by_start ON "tollbook".calls(started_at);

CREATE TABLE "tollbook".call_shares (day DATE NOT NULL, source VARCHAR(64) NOT NULL, call_id VARCHAR(200) NOT NULL, payer VARCHAR(320), person VARCHAR(256), kind VARCHAR(32), department VARCHAR(256), cost_centre VARCHAR(128), site VARCHAR(128), account_code VARCHAR(128), purpose VARCHAR(20), currency VARCHAR(8), cost DECIMAL(18, 6), charge DECIMAL(18, 6), tax DECIMAL(18, 6), reporting_currency VARCHAR(8), reporting_cost DECIMAL(18, 6), reporting_charge DECIMAL(18, 6), reporting_tax DECIMAL(18, 6), owned BOOLEAN NOT NULL);

CREATE INDEX call_shares_by_call ON "tollbook".call_shares(day, source, call_id);

CREATE TABLE "tollbook".day_totals (day DATE NOT NULL, site VARCHAR(128), department VARCHAR(256), direction VARCHAR(20), call_type VARCHAR(20), currency VARCHAR(8), calls BIGINT NOT NULL, answered BIGINT NOT NULL, talk_s DECIMAL(18, 3) NOT NULL, cost DECIMAL(18, 6) NOT NULL, charge DECIMAL(18, 6) NOT NULL, tax DECIMAL(18, 6) NOT NULL, unrated BIGINT NOT NULL);

CREATE INDEX day_totals_by_day ON "tollbook".day_totals(day);

CREATE TABLE "tollbook".day_people (day DATE NOT NULL, owner VARCHAR(320), person VARCHAR(256), department VARCHAR(256), site VARCHAR(128), currency VARCHAR(8), calls BIGINT NOT NULL, answered BIGINT NOT NULL, talk_s DECIMAL(18, 3) NOT NULL, cost DECIMAL(18, 6) NOT NULL, charge DECIMAL(18, 6) NOT NULL, tax DECIMAL(18, 6) NOT NULL, unrated BIGINT NOT NULL);

CREATE INDEX day_people_by_day ON "tollbook".day_people(day);

CREATE TABLE "tollbook".day_outcomes (day DATE NOT NULL, site VARCHAR(128), department VARCHAR(256), direction VARCHAR(20), outcome VARCHAR(20), answered_by VARCHAR(20), calls BIGINT NOT NULL, answered BIGINT NOT NULL, prompt BIGINT NOT NULL, talk_s DECIMAL(18, 3) NOT NULL, wait_s DECIMAL(18, 3) NOT NULL);

CREATE INDEX day_outcomes_by_day ON "tollbook".day_outcomes(day);

CREATE TABLE "tollbook".day_hours (day DATE NOT NULL, hour SMALLINT NOT NULL, site VARCHAR(128), direction VARCHAR(20), outcome VARCHAR(20), answered_by VARCHAR(20), calls BIGINT NOT NULL, answered BIGINT NOT NULL, prompt BIGINT NOT NULL, talk_s DECIMAL(18, 3) NOT NULL, wait_s DECIMAL(18, 3) NOT NULL);

CREATE INDEX day_hours_by_day ON "tollbook".day_hours(day);

CREATE TABLE "tollbook".day_destinations (day DATE NOT NULL, site VARCHAR(128), gateway VARCHAR(256), tariff VARCHAR(128), direction VARCHAR(20), call_type VARCHAR(20), destination VARCHAR(256), currency VARCHAR(8), calls BIGINT NOT NULL, answered BIGINT NOT NULL, talk_s DECIMAL(18, 3) NOT NULL, cost DECIMAL(18, 6) NOT NULL, charge DECIMAL(18, 6) NOT NULL, tax DECIMAL(18, 6) NOT NULL, unrated BIGINT NOT NULL);

CREATE INDEX day_destinations_by_day ON "tollbook".day_destinations(day);

CREATE TABLE "tollbook".gateway_hours (day DATE NOT NULL, hour SMALLINT NOT NULL, gateway VARCHAR(256) NOT NULL, seizures BIGINT NOT NULL, used_s DECIMAL(18, 3) NOT NULL, peak BIGINT NOT NULL);

CREATE INDEX gateway_hours_by_day ON "tollbook".gateway_hours(day);

CREATE TABLE "tollbook".people (address VARCHAR(320) NOT NULL, kind VARCHAR(20) NOT NULL, name VARCHAR(256) NOT NULL, aliases VARCHAR(4000), email VARCHAR(320), numbers VARCHAR(4000), department VARCHAR(256) NOT NULL, cost_centre VARCHAR(128), site VARCHAR(128), manager VARCHAR(320), role VARCHAR(20), valid_from DATE, valid_to DATE);

CREATE INDEX people_by_address ON "tollbook".people(address);

CREATE TABLE "tollbook".sites (site VARCHAR(128) NOT NULL, country VARCHAR(8) NOT NULL, area_code VARCHAR(20), time_zone VARCHAR(64) NOT NULL, currency VARCHAR(8), language VARCHAR(20));

CREATE TABLE "tollbook".gateways (gateway VARCHAR(256) NOT NULL, site VARCHAR(128) NOT NULL, tariff VARCHAR(128), channels INT, valid_from DATE, valid_to DATE);

CREATE TABLE "tollbook".tariffs (tariff VARCHAR(128) NOT NULL, version VARCHAR(64) NOT NULL, list_version VARCHAR(64) NOT NULL, loaded_at TIMESTAMP(3) NOT NULL, loaded_by VARCHAR(128) NOT NULL);

CREATE TABLE "tollbook".dates (day DATE NOT NULL, year INT NOT NULL, quarter INT NOT NULL, month INT NOT NULL, month_name VARCHAR(20) NOT NULL, week_year INT NOT NULL, week INT NOT NULL, weekday INT NOT NULL, weekday_name VARCHAR(20) NOT NULL, weekend BOOLEAN NOT NULL, CONSTRAINT dates_key PRIMARY KEY (day));

CREATE TABLE "tollbook".mirror_days (day DATE NOT NULL, mark VARCHAR(36) NOT NULL, version INT NOT NULL, calls BIGINT NOT NULL, shortened BIGINT NOT NULL, mirrored_at TIMESTAMP(3) NOT NULL, CONSTRAINT mirror_days_key PRIMARY KEY (day));

CREATE TABLE "tollbook".mirror_tables (name VARCHAR(64) NOT NULL, mark VARCHAR(64) NOT NULL, version INT NOT NULL, rows_written BIGINT NOT NULL, mirrored_at TIMESTAMP(3) NOT NULL, CONSTRAINT mirror_tables_key PRIMARY KEY (name));

