create table tariff_versions (
    tariff varchar not null,
    version varchar not null,
    list_version varchar not null,
    loaded_at timestamp_ms not null,
    loaded_by varchar not null,
    primary key (tariff, version)
);
comment on table tariff_versions is 'Every tariff that calls were priced by';
comment on column tariff_versions.tariff is 'Name of the tariff';
comment on column tariff_versions.version is
    'Hash of its prices and settings, as in legs.tariff_version';
comment on column tariff_versions.list_version is 'Hash of the whole price list that it came with';
comment on column tariff_versions.loaded_at is 'UTC time at which it was first used';
comment on column tariff_versions.loaded_by is 'Operating system user that first used it';
