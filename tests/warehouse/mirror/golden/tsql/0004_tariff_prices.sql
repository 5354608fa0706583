create table [tollbook].tariff_prices (
    tariff nvarchar(128) not null,
    version nvarchar(64) not null,
    prefix nvarchar(20) not null,
    destination nvarchar(256) not null,
    call_type nvarchar(20),
    days nvarchar(64) not null,
    from_time nvarchar(5) not null,
    to_time nvarchar(5) not null,
    from_second bigint not null,
    connect_fee decimal(12, 8) not null,
    price_per_minute decimal(12, 8) not null,
    first_increment_s bigint not null,
    next_increment_s bigint not null,
    free_below_s bigint not null,
    min_charge decimal(12, 8) not null,
    max_charge decimal(12, 8),
    weight bigint not null,
    currency nvarchar(8) not null,
    valid_from date,
    valid_to date
);

create clustered index tariff_prices_by_prefix on [tollbook].tariff_prices (tariff, prefix);

create view [tollbook].[Tariff prices] as
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
from [tollbook].tariff_prices;

drop view [tollbook].[Dim Carrier];

create view [tollbook].[Dim Carrier] as
select coalesce(tariff, N'(none)') as [Carrier key], coalesce(tariff, N'(none)') as [Carrier]
from [tollbook].day_destinations
union
select tariff, tariff
from [tollbook].tariff_prices;

