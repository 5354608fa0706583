create table tariff_prices (
    tariff varchar not null,
    version varchar not null,
    prefix varchar not null,
    destination varchar not null,
    call_type varchar,
    days varchar not null,
    from_time varchar not null,
    to_time varchar not null,
    from_second bigint not null,
    connect_fee decimal(12, 8) not null,
    price_per_minute decimal(12, 8) not null,
    first_increment_s bigint not null,
    next_increment_s bigint not null,
    free_below_s bigint not null,
    min_charge decimal(12, 8) not null,
    max_charge decimal(12, 8),
    weight bigint not null,
    currency varchar not null,
    valid_from date,
    valid_to date
);
comment on table tariff_prices is 'The price list in use: the rows of tariffs.csv';
comment on column tariff_prices.tariff is 'Name of the tariff';
comment on column tariff_prices.version is 'Hash of its prices and settings, as in tariff_versions';
comment on column tariff_prices.prefix is
    'First digits of the number; = and an exact short number; * for every number';
comment on column tariff_prices.destination is 'Named place of the prefix';
comment on column tariff_prices.call_type is 'Price class; empty where the file has none';
comment on column tariff_prices.days is 'Days on which it holds, as mon-fri; * for all';
comment on column tariff_prices.from_time is 'HH:MM in the zone of the tariff';
comment on column tariff_prices.to_time is 'HH:MM, exclusive; may lie beyond midnight';
comment on column tariff_prices.from_second is 'Second of the call from which it holds';
comment on column tariff_prices.connect_fee is 'Money, once a call';
comment on column tariff_prices.price_per_minute is 'Money';
comment on column tariff_prices.first_increment_s is 'Seconds of the first block';
comment on column tariff_prices.next_increment_s is 'Seconds of each step after it';
comment on column tariff_prices.free_below_s is 'Shorter calls are free, in seconds';
comment on column tariff_prices.min_charge is 'Floor of a call';
comment on column tariff_prices.max_charge is 'Cap of a call; empty: none';
comment on column tariff_prices.weight is 'The heavier row wins where several hold';
comment on column tariff_prices.currency is 'ISO 4217';
comment on column tariff_prices.valid_from is 'First day; empty: ever since';
comment on column tariff_prices.valid_to is 'First day on which it no longer holds; empty: still';
