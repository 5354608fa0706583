create table {schema}.tariff_prices (
    tariff nvarchar(128) not null, -- Name of the tariff
    version nvarchar(64) not null, -- Hash of its prices and settings, as in tariffs
    prefix nvarchar(20) not null, -- First digits; = and an exact short number; * for every number
    destination nvarchar(256) not null, -- Named place of the prefix
    call_type nvarchar(20), -- Price class; empty where the file has none
    days nvarchar(64) not null, -- Days on which it holds, as mon-fri; * for all
    from_time nvarchar(5) not null, -- HH:MM in the zone of the tariff
    to_time nvarchar(5) not null, -- HH:MM, exclusive; may lie beyond midnight
    from_second bigint not null, -- Second of the call from which it holds
    connect_fee decimal(12, 8) not null, -- Money, once a call
    price_per_minute decimal(12, 8) not null, -- Money
    first_increment_s bigint not null, -- Seconds of the first block
    next_increment_s bigint not null, -- Seconds of each step after it
    free_below_s bigint not null, -- Shorter calls are free, in seconds
    min_charge decimal(12, 8) not null, -- Floor of a call
    max_charge decimal(12, 8), -- Cap of a call; empty: none
    weight bigint not null, -- The heavier row wins where several hold
    currency nvarchar(8) not null, -- ISO 4217
    valid_from date, -- First day; empty: ever since
    valid_to date -- First day on which it no longer holds; empty: still
);

create clustered index tariff_prices_by_prefix on {schema}.tariff_prices (tariff, prefix);

create view {schema}.[Tariff prices] as
select
    tariff as [Carrier key],
    prefix as [Prefix],
    destination as [Destination],
    call_type as [Call type],
    days as [Days],
    from_time as [From],
    to_time as [To],
    from_second as [From second],
    connect_fee as [Connect fee],
    price_per_minute as [Price per minute],
    first_increment_s as [First increment (s)],
    next_increment_s as [Next increment (s)],
    free_below_s as [Free below (s)],
    min_charge as [Least charge],
    max_charge as [Greatest charge],
    weight as [Weight],
    currency as [Currency],
    valid_from as [Valid from],
    valid_to as [Valid to]
from {schema}.tariff_prices;

drop view {schema}.[Dim Carrier];

create view {schema}.[Dim Carrier] as
select coalesce(tariff, N'(none)') as [Carrier key], coalesce(tariff, N'(none)') as [Carrier]
from {schema}.day_destinations
union
select tariff, tariff
from {schema}.tariff_prices;
