CREATE TABLE "tollbook".tariff_prices (tariff VARCHAR(128) NOT NULL, version VARCHAR(64) NOT NULL, prefix VARCHAR(20) NOT NULL, destination VARCHAR(256) NOT NULL, call_type VARCHAR(20), days VARCHAR(64) NOT NULL, from_time VARCHAR(5) NOT NULL, to_time VARCHAR(5) NOT NULL, from_second BIGINT NOT NULL, connect_fee DECIMAL(12, 8) NOT NULL, price_per_minute DECIMAL(12, 8) NOT NULL, first_increment_s BIGINT NOT NULL, next_increment_s BIGINT NOT NULL, free_below_s BIGINT NOT NULL, min_charge DECIMAL(12, 8) NOT NULL, max_charge DECIMAL(12, 8), weight BIGINT NOT NULL, currency VARCHAR(8) NOT NULL, valid_from DATE, valid_to DATE);

CREATE INDEX tariff_prices_by_prefix ON "tollbook".tariff_prices(tariff, prefix);

CREATE VIEW "tollbook"."Tariff prices" AS SELECT tariff AS "Carrier key", prefix AS "Prefix", destination AS "Destination", call_type AS "Call type", days AS "Days", from_time AS "From", to_time AS "To", from_second AS "From second", connect_fee AS "Connect fee", price_per_minute AS "Price per minute", first_increment_s AS "First increment (s)", next_increment_s AS "Next increment (s)", free_below_s AS "Free below (s)", min_charge AS "Least charge", max_charge AS "Greatest charge", weight AS "Weight", currency AS "Currency", valid_from AS "Valid from", valid_to AS "Valid to" FROM "tollbook".tariff_prices;

DROP VIEW "tollbook"."Dim Carrier";

CREATE VIEW "tollbook"."Dim Carrier" AS SELECT COALESCE(tariff, '(none)') AS "Carrier key", COALESCE(tariff, '(none)') AS "Carrier" FROM "tollbook".day_destinations UNION SELECT tariff, tariff FROM "tollbook".tariff_prices;

