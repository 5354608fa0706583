create table legs (
    source varchar not null,
    leg_id varchar not null,
    call_id varchar not null,
    revision bigint not null,
    started_at timestamp_ms not null,
    answered_at timestamp_ms,
    ended_at timestamp_ms,
    day date not null,
    hour tinyint not null,
    started_local timestamp_ms not null,
    time_zone varchar,
    talk_s decimal(12, 3),
    ring_s decimal(12, 3),
    direction varchar,
    outcome varchar,
    answered_by varchar,
    from_number varchar,
    from_user varchar,
    to_number varchar,
    to_user varchar,
    dialled varchar,
    charged_user varchar,
    charge_reason varchar,
    person varchar,
    department varchar,
    cost_centre varchar,
    site varchar,
    gateway_in varchar,
    gateway_out varchar,
    conference_id varchar,
    response_code varchar,
    diagnostic varchar,
    media varchar,
    emergency boolean,
    extra varchar,
    tariff varchar,
    tariff_version varchar,
    prefix varchar,
    destination varchar,
    call_type varchar,
    billed_seconds bigint,
    connect_fee decimal(18, 6),
    cost decimal(18, 6),
    charge decimal(18, 6),
    tax decimal(18, 6),
    currency varchar,
    status varchar,
    explanation varchar,
    file varchar not null
);
comment on table legs is 'Rated call legs, one row per source and leg_id: the highest revision';
comment on column legs.source is 'Name of the configured source';
comment on column legs.leg_id is 'Key of the leg within its source';
comment on column legs.call_id is 'Groups the legs of one call; the leg_id of its head';
comment on column legs.revision is 'The highest revision of a leg wins';
comment on column legs.started_at is 'UTC; when the caller began';
comment on column legs.answered_at is 'UTC; empty when never answered';
comment on column legs.ended_at is 'UTC; empty when the end is not known';
comment on column legs.day is 'Local date of the start in time_zone';
comment on column legs.hour is 'Local hour of the start, 0 to 23';
comment on column legs.started_local is 'Wall clock of the start in time_zone';
comment on column legs.time_zone is 'IANA zone of the site';
comment on column legs.talk_s is 'Seconds from answer to end';
comment on column legs.ring_s is 'Seconds from start to answer, or to the end of an attempt';
comment on column legs.direction is 'outbound, inbound, internal or transit';
comment on column legs.outcome is
    'answered, no_answer, busy, cancelled, rejected, failed or unknown_end';
comment on column legs.answered_by is
    'person, voicemail, attendant, response_group or conference';
comment on column legs.from_number is 'Caller: E.164 with +, or a private number; empty if withheld';
comment on column legs.from_user is 'Caller: SIP address; empty for PSTN callers';
comment on column legs.to_number is 'Called: E.164 with +, or a private number';
comment on column legs.to_user is 'Called: SIP address; empty for PSTN numbers';
comment on column legs.dialled is 'What the caller asked for: address or number';
comment on column legs.charged_user is 'Owner of the leg: who pays for it';
comment on column legs.charge_reason is
    'caller, referrer, forwarder, delegator or organizer; empty where nothing is charged';
comment on column legs.person is 'Name of the owner on that day';
comment on column legs.department is 'Department of the owner on that day';
comment on column legs.cost_centre is 'Cost centre of the owner on that day';
comment on column legs.site is 'Site of the owner on that day';
comment on column legs.gateway_in is 'Trunk that the leg came in by';
comment on column legs.gateway_out is 'Trunk that the leg went out by';
comment on column legs.conference_id is 'Conference that the leg belongs to';
comment on column legs.response_code is 'Final SIP response or cause code';
comment on column legs.diagnostic is 'Diagnostic of the source';
comment on column legs.media is 'Media words joined by +';
comment on column legs.emergency is 'True for emergency calls';
comment on column legs.extra is 'JSON object of call file columns outside the format';
comment on column legs.tariff is 'Tariff that priced the leg';
comment on column legs.tariff_version is 'Version of the price list used';
comment on column legs.prefix is 'Matched prefix of the tariff';
comment on column legs.destination is 'Destination of the prefix';
comment on column legs.call_type is 'Price class of the destination';
comment on column legs.billed_seconds is 'Seconds billed after increments';
comment on column legs.connect_fee is 'Part of the cost charged once on answer';
comment on column legs.cost is 'What the carrier takes; empty where unrated';
comment on column legs.charge is 'What is passed on; empty where unrated';
comment on column legs.tax is 'Tax on the charge, beside it';
comment on column legs.currency is 'ISO 4217 code of the money columns';
comment on column legs.status is 'Result of rating';
comment on column legs.explanation is 'JSON of the priced segments';
comment on column legs.file is 'Call file that brought this revision';

create table calls (
    source varchar not null,
    call_id varchar not null,
    day date not null,
    hour tinyint not null,
    started_at timestamp_ms not null,
    started_local timestamp_ms not null,
    ended_at timestamp_ms,
    time_zone varchar,
    direction varchar,
    outcome varchar,
    answered_by varchar,
    from_number varchar,
    from_user varchar,
    to_number varchar,
    to_user varchar,
    dialled varchar,
    "user" varchar,
    person varchar,
    department varchar,
    cost_centre varchar,
    site varchar,
    gateway varchar,
    tariff varchar,
    call_type varchar,
    destination varchar,
    talk_s decimal(12, 3) not null,
    ring_s decimal(12, 3),
    cost decimal(18, 6),
    charge decimal(18, 6),
    tax decimal(18, 6),
    currency varchar,
    status varchar,
    legs integer not null,
    emergency boolean not null,
    billed_seconds bigint,
    answered boolean not null,
    unrated boolean not null,
    split boolean not null,
    head_known boolean not null,
    first_day date not null,
    last_day date not null
);
comment on table calls is
    'One row per call, derived from its legs. Head: the leg that names the call. Representative: '
    'the leg that was answered for good, else the head. Priced leg: the one of highest cost';
comment on column calls.source is 'Name of the configured source';
comment on column calls.call_id is 'Key of the call within its source';
comment on column calls.day is 'Local date of the head';
comment on column calls.hour is 'Local hour of the head, 0 to 23';
comment on column calls.started_at is 'UTC start of the head';
comment on column calls.started_local is 'Wall clock of the start of the head';
comment on column calls.ended_at is 'UTC; the last end of its legs';
comment on column calls.time_zone is 'IANA zone of the head';
comment on column calls.direction is 'Direction of the head';
comment on column calls.outcome is 'How the call ended for the caller';
comment on column calls.answered_by is 'Who took the representative leg';
comment on column calls.from_number is 'Caller of the head';
comment on column calls.from_user is 'Caller of the head';
comment on column calls.to_number is 'Called side of the head';
comment on column calls.to_user is 'Called side of the head';
comment on column calls.dialled is 'What the caller asked for';
comment on column calls."user" is 'Owner: charged user of the representative leg';
comment on column calls.person is 'Name of the owner on that day';
comment on column calls.department is 'Department of the owner on that day';
comment on column calls.cost_centre is 'Cost centre of the owner on that day';
comment on column calls.site is 'Site of the owner on that day';
comment on column calls.gateway is 'Trunk of the priced leg, else of the head';
comment on column calls.tariff is 'Tariff of the priced leg, else of the head';
comment on column calls.call_type is 'Price class of the priced leg, else of the head';
comment on column calls.destination is 'Destination of the priced leg, else of the head';
comment on column calls.talk_s is 'Seconds talked, waiting in a response group left out';
comment on column calls.ring_s is
    'Seconds from the start of the call to its answer, else the longest ring';
comment on column calls.cost is 'Sum over the legs in the currency of the call';
comment on column calls.charge is 'Sum over the legs in the currency of the call';
comment on column calls.tax is 'Sum over the legs in the currency of the call';
comment on column calls.currency is 'Currency of the priced leg, else of the head';
comment on column calls.status is 'First unrated status of its legs, else that of the priced leg';
comment on column calls.legs is 'Number of legs';
comment on column calls.emergency is 'True if any leg is an emergency call';
comment on column calls.billed_seconds is 'Sum over the legs';
comment on column calls.answered is 'Answered, and not by voice mail';
comment on column calls.unrated is 'True if a leg should have a price and has none';
comment on column calls.split is
    'True if the money of its legs goes to several owners or currencies: see call_shares';
comment on column calls.head_known is 'False while the head has not been loaded';
comment on column calls.first_day is 'First local day of its legs';
comment on column calls.last_day is 'Last local day of its legs';

create table call_shares (
    source varchar not null,
    call_id varchar not null,
    day date not null,
    "user" varchar,
    person varchar,
    department varchar,
    cost_centre varchar,
    site varchar,
    currency varchar,
    cost decimal(18, 6),
    charge decimal(18, 6),
    tax decimal(18, 6),
    owned boolean not null
);
comment on table call_shares is
    'Who pays what of the calls whose money is split: one row per call, owner and currency';
comment on column call_shares.source is 'Name of the configured source';
comment on column call_shares.call_id is 'Key of the call within its source';
comment on column call_shares.day is 'Day of the call';
comment on column call_shares."user" is 'Charged user of the legs';
comment on column call_shares.person is 'Name of the charged user';
comment on column call_shares.department is 'Department of the charged user';
comment on column call_shares.cost_centre is 'Cost centre of the charged user';
comment on column call_shares.site is 'Site of the charged user';
comment on column call_shares.currency is 'Currency of the legs';
comment on column call_shares.cost is 'What the carrier takes';
comment on column call_shares.charge is 'What is passed on';
comment on column call_shares.tax is 'Tax on the charge';
comment on column call_shares.owned is
    'True for the owner of the call: the one row of a call that counts it';
