create table [tollbook].calls (
    day date not null,
    source nvarchar(64) collate Latin1_General_BIN2 not null,
    call_id nvarchar(200) collate Latin1_General_BIN2 not null,
    hour tinyint not null,
    started_at datetime2(3) not null,
    started_local datetime2(3) not null,
    ended_at datetime2(3),
    time_zone nvarchar(64),
    direction nvarchar(20),
    outcome nvarchar(20),
    answered_by nvarchar(20),
    from_number nvarchar(128),
    from_user nvarchar(320),
    to_number nvarchar(128),
    to_user nvarchar(320),
    dialled nvarchar(450),
    owner nvarchar(320),
    person nvarchar(256),
    kind nvarchar(32),
    department nvarchar(256),
    cost_centre nvarchar(128),
    site nvarchar(128),
    gateway nvarchar(256),
    tariff nvarchar(128),
    call_type nvarchar(20),
    destination nvarchar(256),
    account_code nvarchar(128),
    purpose nvarchar(20),
    talk_s decimal(12, 3) not null,
    ring_s decimal(12, 3),
    billed_seconds bigint,
    cost decimal(18, 6),
    charge decimal(18, 6),
    tax decimal(18, 6),
    currency nvarchar(8),
    reporting_currency nvarchar(8),
    reporting_cost decimal(18, 6),
    reporting_charge decimal(18, 6),
    reporting_tax decimal(18, 6),
    status nvarchar(20),
    legs int not null,
    emergency bit not null,
    answered bit not null,
    unrated bit not null,
    split bit not null,
    constraint calls_key primary key (day, source, call_id)
);

create index calls_by_owner on [tollbook].calls (owner, day) include (cost, charge, talk_s, currency);

create index calls_by_start on [tollbook].calls (started_at);

create table [tollbook].call_shares (
    day date not null,
    source nvarchar(64) collate Latin1_General_BIN2 not null,
    call_id nvarchar(200) collate Latin1_General_BIN2 not null,
    payer nvarchar(320),
    person nvarchar(256),
    kind nvarchar(32),
    department nvarchar(256),
    cost_centre nvarchar(128),
    site nvarchar(128),
    account_code nvarchar(128),
    purpose nvarchar(20),
    currency nvarchar(8),
    cost decimal(18, 6),
    charge decimal(18, 6),
    tax decimal(18, 6),
    reporting_currency nvarchar(8),
    reporting_cost decimal(18, 6),
    reporting_charge decimal(18, 6),
    reporting_tax decimal(18, 6),
    owned bit not null
);

create clustered index call_shares_by_call on [tollbook].call_shares (day, source, call_id);

create table [tollbook].day_totals (
    day date not null,
    site nvarchar(128),
    department nvarchar(256),
    direction nvarchar(20),
    call_type nvarchar(20),
    currency nvarchar(8),
    calls bigint not null,
    answered bigint not null,
    talk_s decimal(18, 3) not null,
    cost decimal(18, 6) not null,
    charge decimal(18, 6) not null,
    tax decimal(18, 6) not null,
    unrated bigint not null
);

create clustered index day_totals_by_day on [tollbook].day_totals (day);

create table [tollbook].day_people (
    day date not null,
    owner nvarchar(320),
    person nvarchar(256),
    department nvarchar(256),
    site nvarchar(128),
    currency nvarchar(8),
    calls bigint not null,
    answered bigint not null,
    talk_s decimal(18, 3) not null,
    cost decimal(18, 6) not null,
    charge decimal(18, 6) not null,
    tax decimal(18, 6) not null,
    unrated bigint not null
);

create clustered index day_people_by_day on [tollbook].day_people (day);

create table [tollbook].day_outcomes (
    day date not null,
    site nvarchar(128),
    department nvarchar(256),
    direction nvarchar(20),
    outcome nvarchar(20),
    answered_by nvarchar(20),
    calls bigint not null,
    answered bigint not null,
    prompt bigint not null,
    talk_s decimal(18, 3) not null,
    wait_s decimal(18, 3) not null
);

create clustered index day_outcomes_by_day on [tollbook].day_outcomes (day);

create table [tollbook].day_hours (
    day date not null,
    hour tinyint not null,
    site nvarchar(128),
    direction nvarchar(20),
    outcome nvarchar(20),
    answered_by nvarchar(20),
    calls bigint not null,
    answered bigint not null,
    prompt bigint not null,
    talk_s decimal(18, 3) not null,
    wait_s decimal(18, 3) not null
);

create clustered index day_hours_by_day on [tollbook].day_hours (day);

create table [tollbook].day_destinations (
    day date not null,
    site nvarchar(128),
    gateway nvarchar(256),
    tariff nvarchar(128),
    direction nvarchar(20),
    call_type nvarchar(20),
    destination nvarchar(256),
    currency nvarchar(8),
    calls bigint not null,
    answered bigint not null,
    talk_s decimal(18, 3) not null,
    cost decimal(18, 6) not null,
    charge decimal(18, 6) not null,
    tax decimal(18, 6) not null,
    unrated bigint not null
);

create clustered index day_destinations_by_day on [tollbook].day_destinations (day);

create table [tollbook].gateway_hours (
    day date not null,
    hour tinyint not null,
    gateway nvarchar(256) not null,
    seizures bigint not null,
    used_s decimal(18, 3) not null,
    peak bigint not null
);

create clustered index gateway_hours_by_day on [tollbook].gateway_hours (day);

create table [tollbook].people (
    address nvarchar(320) not null,
    kind nvarchar(20) not null,
    name nvarchar(256) not null,
    aliases nvarchar(4000),
    email nvarchar(320),
    numbers nvarchar(4000),
    department nvarchar(256) not null,
    cost_centre nvarchar(128),
    site nvarchar(128),
    manager nvarchar(320),
    role nvarchar(20),
    valid_from date,
    valid_to date
);

create clustered index people_by_address on [tollbook].people (address);

create table [tollbook].sites (
    site nvarchar(128) not null,
    country nvarchar(8) not null,
    area_code nvarchar(20),
    time_zone nvarchar(64) not null,
    currency nvarchar(8),
    language nvarchar(20)
);

create table [tollbook].gateways (
    gateway nvarchar(256) not null,
    site nvarchar(128) not null,
    tariff nvarchar(128),
    channels int,
    valid_from date,
    valid_to date
);

create table [tollbook].tariffs (
    tariff nvarchar(128) not null,
    version nvarchar(64) not null,
    list_version nvarchar(64) not null,
    loaded_at datetime2(3) not null,
    loaded_by nvarchar(128) not null
);

create table [tollbook].dates (
    day date not null,
    year int not null,
    quarter int not null,
    month int not null,
    month_name nvarchar(20) not null,
    week_year int not null,
    week int not null,
    weekday int not null,
    weekday_name nvarchar(20) not null,
    weekend bit not null,
    constraint dates_key primary key (day)
);

create table [tollbook].mirror_days (
    day date not null,
    mark nvarchar(36) not null,
    version int not null,
    calls bigint not null,
    shortened bigint not null,
    mirrored_at datetime2(3) not null,
    constraint mirror_days_key primary key (day)
);

create table [tollbook].mirror_tables (
    name nvarchar(64) not null,
    mark nvarchar(64) not null,
    version int not null,
    rows_written bigint not null,
    mirrored_at datetime2(3) not null,
    constraint mirror_tables_key primary key (name)
);

