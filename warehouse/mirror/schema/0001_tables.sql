create table {schema}.calls (
    day date not null, -- Local day of the start of the call
    source nvarchar(64) collate Latin1_General_BIN2 not null, -- Name of the configured source
    call_id nvarchar(200) collate Latin1_General_BIN2 not null, -- Key of the call within its source
    hour tinyint not null, -- Local hour of the start, 0 to 23
    started_at datetime2(3) not null, -- UTC start
    started_local datetime2(3) not null, -- Wall clock of the start in time_zone
    ended_at datetime2(3), -- UTC; the last end of its legs
    time_zone nvarchar(64), -- IANA zone of the place
    direction nvarchar(20), -- outbound, inbound, internal or transit
    outcome nvarchar(20), -- How the call ended for the caller
    answered_by nvarchar(20), -- person, voicemail, attendant, response_group or conference
    from_number nvarchar(128), -- Caller: E.164 with +, or a private number
    from_user nvarchar(320), -- Caller: address
    to_number nvarchar(128), -- Called: E.164 with +, or a private number
    to_user nvarchar(320), -- Called: address
    dialled nvarchar(450), -- What the caller asked for
    owner nvarchar(320), -- Address of who the call belongs to
    person nvarchar(256), -- Name of the owner on that day
    kind nvarchar(32), -- What the owner is: a person, a common phone, a fax …
    department nvarchar(256), -- Department of the owner on that day
    cost_centre nvarchar(128), -- Cost centre of the owner on that day
    site nvarchar(128), -- Site of the owner on that day
    gateway nvarchar(256), -- Trunk
    tariff nvarchar(128), -- Tariff that priced the call
    call_type nvarchar(20), -- Price class of the destination
    destination nvarchar(256), -- Destination of the called number
    account_code nvarchar(128), -- What the caller keyed in for whoever the call is for
    purpose nvarchar(20), -- business or private; empty where nobody says what is
    talk_s decimal(12, 3) not null, -- Seconds talked
    ring_s decimal(12, 3), -- Seconds from the start to the answer, or of ringing in vain
    billed_seconds bigint, -- Seconds billed after increments
    cost decimal(18, 6), -- What the carrier takes; empty where unrated
    charge decimal(18, 6), -- What is passed on; empty where unrated
    tax decimal(18, 6), -- Tax on the charge, beside it
    currency nvarchar(8), -- ISO 4217 code of the money columns
    reporting_currency nvarchar(8), -- Currency that the company reports in
    reporting_cost decimal(18, 6), -- The cost in it; empty where no rate is known
    reporting_charge decimal(18, 6), -- The charge in it
    reporting_tax decimal(18, 6), -- The tax in it
    status nvarchar(20), -- What rating made of the call
    legs int not null, -- Number of legs
    emergency bit not null, -- Whether any leg is an emergency call
    answered bit not null, -- Answered, and not by voice mail
    unrated bit not null, -- Whether a leg should have a price and has none
    split bit not null, -- Whether several owners pay: their parts are in call_shares
    constraint calls_key primary key (day, source, call_id)
);

create index calls_by_owner on {schema}.calls (owner, day) include (cost, charge, talk_s, currency);

create index calls_by_start on {schema}.calls (started_at);

create table {schema}.call_shares (
    day date not null, -- Day of the call
    source nvarchar(64) collate Latin1_General_BIN2 not null, -- Source of the call
    call_id nvarchar(200) collate Latin1_General_BIN2 not null, -- Key of the call
    payer nvarchar(320), -- Address of who pays this part
    person nvarchar(256), -- Name of the payer
    kind nvarchar(32), -- What the payer is
    department nvarchar(256), -- Department of the payer
    cost_centre nvarchar(128), -- Cost centre of the payer
    site nvarchar(128), -- Site of the payer
    account_code nvarchar(128), -- That of the legs
    purpose nvarchar(20), -- That of the legs
    currency nvarchar(8), -- Currency of this part
    cost decimal(18, 6), -- What the carrier takes
    charge decimal(18, 6), -- What is passed on
    tax decimal(18, 6), -- Tax on the charge
    reporting_currency nvarchar(8), -- Currency that the company reports in
    reporting_cost decimal(18, 6), -- The cost in it
    reporting_charge decimal(18, 6), -- The charge in it
    reporting_tax decimal(18, 6), -- The tax in it
    owned bit not null -- Whether this is the owner of the call: the one row that counts it
);

create clustered index call_shares_by_call on {schema}.call_shares (day, source, call_id);

create table {schema}.day_totals (
    day date not null, -- Local day of the calls
    site nvarchar(128), -- Site of the owner or payer
    department nvarchar(256), -- Department of the owner or payer
    direction nvarchar(20), -- Direction of the calls
    call_type nvarchar(20), -- Price class of the calls
    currency nvarchar(8), -- Currency of the money; empty where there is none
    calls bigint not null, -- Number of calls
    answered bigint not null, -- Calls answered, voice mail not counted
    talk_s decimal(18, 3) not null, -- Seconds talked
    cost decimal(18, 6) not null, -- What the carrier takes
    charge decimal(18, 6) not null, -- What is passed on
    tax decimal(18, 6) not null, -- Tax on the charge
    unrated bigint not null -- Calls that should have a price and have none
);

create clustered index day_totals_by_day on {schema}.day_totals (day);

create table {schema}.day_people (
    day date not null, -- Local day of the calls
    owner nvarchar(320), -- Address of the owner or payer
    person nvarchar(256), -- Name of the owner or payer
    department nvarchar(256), -- Department of the owner or payer
    site nvarchar(128), -- Site of the owner or payer
    currency nvarchar(8), -- Currency of the money; empty where there is none
    calls bigint not null, -- Number of calls
    answered bigint not null, -- Calls answered, voice mail not counted
    talk_s decimal(18, 3) not null, -- Seconds talked
    cost decimal(18, 6) not null, -- What the carrier takes
    charge decimal(18, 6) not null, -- What is passed on
    tax decimal(18, 6) not null, -- Tax on the charge
    unrated bigint not null -- Calls that should have a price and have none
);

create clustered index day_people_by_day on {schema}.day_people (day);

create table {schema}.day_outcomes (
    day date not null, -- Local day of the calls
    site nvarchar(128), -- Site of the owner
    department nvarchar(256), -- Department of the owner
    direction nvarchar(20), -- Direction of the calls
    outcome nvarchar(20), -- How the calls ended
    answered_by nvarchar(20), -- Who took the calls
    calls bigint not null, -- Number of calls
    answered bigint not null, -- Calls answered, voice mail not counted
    prompt bigint not null, -- Of those the ones answered within 20 seconds
    talk_s decimal(18, 3) not null, -- Seconds talked
    wait_s decimal(18, 3) not null -- Seconds from start to answer, or of ringing in vain
);

create clustered index day_outcomes_by_day on {schema}.day_outcomes (day);

create table {schema}.day_hours (
    day date not null, -- Local day of the calls
    hour tinyint not null, -- Local hour of the start, 0 to 23
    site nvarchar(128), -- Site of the owner
    direction nvarchar(20), -- Direction of the calls
    outcome nvarchar(20), -- How the calls ended
    answered_by nvarchar(20), -- Who took the calls
    calls bigint not null, -- Number of calls
    answered bigint not null, -- Calls answered, voice mail not counted
    prompt bigint not null, -- Of those the ones answered within 20 seconds
    talk_s decimal(18, 3) not null, -- Seconds talked
    wait_s decimal(18, 3) not null -- Seconds from start to answer, or of ringing in vain
);

create clustered index day_hours_by_day on {schema}.day_hours (day);

create table {schema}.day_destinations (
    day date not null, -- Local day of the calls
    site nvarchar(128), -- Site of the owner or payer
    gateway nvarchar(256), -- Trunk
    tariff nvarchar(128), -- Tariff that priced the calls
    direction nvarchar(20), -- Direction of the calls
    call_type nvarchar(20), -- Price class of the calls
    destination nvarchar(256), -- Destination of the calls
    currency nvarchar(8), -- Currency of the money; empty where there is none
    calls bigint not null, -- Number of calls
    answered bigint not null, -- Calls answered, voice mail not counted
    talk_s decimal(18, 3) not null, -- Seconds talked
    cost decimal(18, 6) not null, -- What the carrier takes
    charge decimal(18, 6) not null, -- What is passed on
    tax decimal(18, 6) not null, -- Tax on the charge
    unrated bigint not null -- Calls that should have a price and have none
);

create clustered index day_destinations_by_day on {schema}.day_destinations (day);

create table {schema}.gateway_hours (
    day date not null, -- Day by the clock that most legs of the trunk have that day
    hour tinyint not null, -- Hour of that day, 0 to 23
    gateway nvarchar(256) not null, -- Trunk
    seizures bigint not null, -- Legs that began in the hour
    used_s decimal(18, 3) not null, -- Seconds in use within the hour, ringing included
    peak bigint not null -- Most legs at once, ringing included
);

create clustered index gateway_hours_by_day on {schema}.gateway_hours (day);

create table {schema}.people (
    address nvarchar(320) not null, -- Address, in small letters
    kind nvarchar(20) not null, -- person, or what else has numbers: room, response_group …
    name nvarchar(256) not null, -- As shown
    aliases nvarchar(4000), -- Further addresses, joined by semicolons
    email nvarchar(320), -- Where reports go
    numbers nvarchar(4000), -- Their numbers, joined by semicolons
    department nvarchar(256) not null, -- Department in this time
    cost_centre nvarchar(128), -- Cost centre in this time
    site nvarchar(128), -- Site in this time
    manager nvarchar(320), -- Address of the manager
    role nvarchar(20), -- What the person may see
    valid_from date, -- First day; empty: ever since
    valid_to date -- First day that is no longer valid; empty: still
);

create clustered index people_by_address on {schema}.people (address);

create table {schema}.sites (
    site nvarchar(128) not null, -- Name
    country nvarchar(8) not null, -- ISO 3166, two capital letters
    area_code nvarchar(20), -- Area code of local numbers
    time_zone nvarchar(64) not null, -- IANA name
    currency nvarchar(8), -- ISO 4217
    language nvarchar(20) -- Of reports
);

create table {schema}.gateways (
    gateway nvarchar(256) not null, -- Name or pattern, in small letters
    site nvarchar(128) not null, -- Where it stands
    tariff nvarchar(128), -- Price list of its carrier
    channels int, -- How many calls it carries at a time; empty where unknown
    valid_from date, -- First day; empty: ever since
    valid_to date -- First day that is no longer valid; empty: still
);

create table {schema}.tariffs (
    tariff nvarchar(128) not null, -- Name of the tariff
    version nvarchar(64) not null, -- Hash of its prices and settings
    list_version nvarchar(64) not null, -- Hash of the whole price list that it came with
    loaded_at datetime2(3) not null, -- UTC time at which it was first used
    loaded_by nvarchar(128) not null -- Who first used it
);

create table {schema}.dates (
    day date not null, -- Every day of the years that have calls
    year int not null, -- Year
    quarter int not null, -- 1 to 4
    month int not null, -- 1 to 12
    month_name nvarchar(20) not null, -- In English
    week_year int not null, -- Year that the ISO week belongs to
    week int not null, -- ISO week, 1 to 53
    weekday int not null, -- 1 is Monday
    weekday_name nvarchar(20) not null, -- In English
    weekend bit not null, -- Saturday or Sunday
    constraint dates_key primary key (day)
);

create table {schema}.mirror_days (
    day date not null, -- Local day whose calls and sums are here
    mark nvarchar(36) not null, -- Which state of the day this is, by the warehouse's name of it
    version int not null, -- Published version of the warehouse that it was read from
    calls bigint not null, -- Calls written
    shortened bigint not null, -- Texts that were longer than their columns and were cut
    mirrored_at datetime2(3) not null, -- UTC time of the transaction
    constraint mirror_days_key primary key (day)
);

create table {schema}.mirror_tables (
    name nvarchar(64) not null, -- Table that is always replaced as a whole
    mark nvarchar(64) not null, -- Which state of it this is
    version int not null, -- Published version of the warehouse that it was read from
    rows_written bigint not null, -- Rows written
    mirrored_at datetime2(3) not null, -- UTC time of the transaction
    constraint mirror_tables_key primary key (name)
);
