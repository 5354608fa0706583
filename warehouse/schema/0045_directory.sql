create table people (
    "user" varchar not null,
    kind varchar not null,
    name varchar not null,
    aliases varchar[] not null,
    email varchar,
    numbers varchar[] not null,
    department varchar not null,
    cost_centre varchar,
    site varchar,
    manager varchar,
    role varchar,
    valid_from date,
    valid_to date
);
comment on table people is
    'Who can own a call, from when to when: the rows of users.csv that calls are assigned by';
comment on column people."user" is 'Address, in small letters';
comment on column people.kind is 'person, or what else has numbers: room, response_group …';
comment on column people.aliases is 'Further addresses, in small letters';
comment on column people.name is 'As shown';
comment on column people.email is 'Where reports go';
comment on column people.numbers is 'Their numbers, E.164 with + or extensions of their site';
comment on column people.department is 'Department in this time';
comment on column people.cost_centre is 'Cost centre in this time';
comment on column people.site is 'Site in this time';
comment on column people.manager is 'Address of the manager, in small letters';
comment on column people.role is 'What the person may see';
comment on column people.valid_from is 'First day at the site; empty: ever since';
comment on column people.valid_to is 'First day that is no longer valid; empty: still';

create table sites (
    site varchar not null,
    country varchar not null,
    area_code varchar,
    time_zone varchar not null,
    currency varchar,
    language varchar
);
comment on table sites is 'Places: the rows of sites.csv';
comment on column sites.site is 'Name';
comment on column sites.country is 'ISO 3166, two capital letters';
comment on column sites.area_code is 'Area code of local numbers';
comment on column sites.time_zone is 'IANA name; local days and hours of calls are of this zone';
comment on column sites.currency is 'ISO 4217';
comment on column sites.language is 'Of reports';

create table gateways (
    gateway varchar not null,
    site varchar not null,
    tariff varchar,
    channels integer,
    valid_from date,
    valid_to date
);
comment on table gateways is 'Trunks, from when to when: the rows of gateways.csv';
comment on column gateways.gateway is 'Name or pattern, in small letters';
comment on column gateways.site is 'Where it stands';
comment on column gateways.tariff is 'Price list of its carrier';
comment on column gateways.channels is 'How many calls it carries at a time; empty where unknown';
comment on column gateways.valid_from is 'First day at the site; empty: ever since';
comment on column gateways.valid_to is 'First day that is no longer valid; empty: still';

create table directory (version varchar not null, noted_at timestamp_ms);
comment on table directory is 'One row: which people, sites and gateways these are';
comment on column directory.version is 'Hash of their content';
comment on column directory.noted_at is 'UTC time since which calls are assigned by them';
insert into directory values ('none', null);
