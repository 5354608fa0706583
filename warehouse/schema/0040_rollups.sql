create table day_outcomes (
    day date not null,
    site varchar,
    department varchar,
    direction varchar,
    outcome varchar,
    answered_by varchar,
    calls bigint not null,
    answered bigint not null,
    prompt bigint not null,
    talk_s decimal(18, 3) not null,
    wait_s decimal(18, 3) not null
);
comment on table day_outcomes is
    'How calls ended, by day and department; additive. A call counts once, with its owner';
comment on column day_outcomes.day is 'Local day of the call';
comment on column day_outcomes.site is 'Site of the owner';
comment on column day_outcomes.department is 'Department of the owner';
comment on column day_outcomes.direction is 'Direction of the call';
comment on column day_outcomes.outcome is 'How the call ended for the caller';
comment on column day_outcomes.answered_by is 'Who took the call';
comment on column day_outcomes.calls is 'Number of calls';
comment on column day_outcomes.answered is 'Calls answered, voice mail not counted';
comment on column day_outcomes.prompt is 'Of those the ones answered within 20 seconds';
comment on column day_outcomes.talk_s is 'Seconds talked';
comment on column day_outcomes.wait_s is
    'Seconds from the start of a call to its answer, or that it rang in vain';

create table day_hours (
    day date not null,
    hour tinyint not null,
    site varchar,
    direction varchar,
    outcome varchar,
    answered_by varchar,
    calls bigint not null,
    answered bigint not null,
    prompt bigint not null,
    talk_s decimal(18, 3) not null,
    wait_s decimal(18, 3) not null
);
comment on table day_hours is 'How calls ended, by day and hour; counted like day_outcomes';
comment on column day_hours.day is 'Local day of the call';
comment on column day_hours.hour is 'Local hour of the start of the call, 0 to 23';
comment on column day_hours.site is 'Site of the owner';
comment on column day_hours.direction is 'Direction of the call';
comment on column day_hours.outcome is 'How the call ended for the caller';
comment on column day_hours.answered_by is 'Who took the call';
comment on column day_hours.calls is 'As in day_outcomes';
comment on column day_hours.answered is 'As in day_outcomes';
comment on column day_hours.prompt is 'As in day_outcomes';
comment on column day_hours.talk_s is 'As in day_outcomes';
comment on column day_hours.wait_s is 'As in day_outcomes';

create table day_destinations (
    day date not null,
    site varchar,
    gateway varchar,
    tariff varchar,
    direction varchar,
    call_type varchar,
    destination varchar,
    currency varchar,
    calls bigint not null,
    answered bigint not null,
    talk_s decimal(18, 3) not null,
    cost decimal(18, 6) not null,
    charge decimal(18, 6) not null,
    tax decimal(18, 6) not null,
    unrated bigint not null
);
comment on table day_destinations is
    'Calls and money by day, trunk, carrier and destination; counted like day_totals';
comment on column day_destinations.day is 'Local day of the call';
comment on column day_destinations.site is 'Site of the owner or payer';
comment on column day_destinations.gateway is 'Trunk of the call';
comment on column day_destinations.tariff is 'Tariff of the call';
comment on column day_destinations.direction is 'Direction of the call';
comment on column day_destinations.call_type is 'Price class of the call';
comment on column day_destinations.destination is 'Destination of the call';
comment on column day_destinations.currency is 'Currency of the money; empty where there is none';
comment on column day_destinations.calls is 'Number of calls';
comment on column day_destinations.answered is 'Calls answered, voice mail not counted';
comment on column day_destinations.talk_s is 'Seconds talked';
comment on column day_destinations.cost is 'What the carrier takes';
comment on column day_destinations.charge is 'What is passed on';
comment on column day_destinations.tax is 'Tax on the charge';
comment on column day_destinations.unrated is
    'Calls with a leg that should have a price and has none';

create table gateway_hours (
    day date not null,
    hour tinyint not null,
    gateway varchar not null,
    seizures bigint not null,
    used_s decimal(18, 3) not null,
    peak bigint not null
);
comment on table gateway_hours is
    'How many channels of a trunk were in use, hour by hour. A leg that runs over the end of an '
    'hour or a day counts on both sides; one that came in and went out counts on both trunks';
comment on column gateway_hours.day is 'Day by the clock that most legs of the trunk have that day';
comment on column gateway_hours.hour is 'Hour of that day, 0 to 23';
comment on column gateway_hours.gateway is 'Trunk';
comment on column gateway_hours.seizures is 'Legs that began in the hour';
comment on column gateway_hours.used_s is 'Seconds in use within the hour, ringing included';
comment on column gateway_hours.peak is 'Most legs at once, ringing included';

create table unsummed_days as
select distinct day from legs
union
select distinct day from group_calls;
comment on table unsummed_days is
    'Days that an earlier program stored, whose newer rollups are still to be made';
comment on column unsummed_days.day is 'Local day of a leg or call';
