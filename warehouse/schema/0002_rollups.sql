create table day_totals (
    day date not null,
    site varchar,
    department varchar,
    direction varchar,
    call_type varchar,
    currency varchar,
    calls bigint not null,
    answered bigint not null,
    talk_s decimal(18, 3) not null,
    cost decimal(18, 6) not null,
    charge decimal(18, 6) not null,
    tax decimal(18, 6) not null,
    unrated bigint not null
);
comment on table day_totals is
    'Calls and money by day; additive. A call counts once, with its owner; its money counts with '
    'whoever pays each leg, on the day, direction and call type of the call';
comment on column day_totals.day is 'Local day of the call';
comment on column day_totals.site is 'Site of the owner or payer';
comment on column day_totals.department is 'Department of the owner or payer';
comment on column day_totals.direction is 'Direction of the call';
comment on column day_totals.call_type is 'Price class of the call';
comment on column day_totals.currency is 'Currency of the money; empty where there is none';
comment on column day_totals.calls is 'Number of calls';
comment on column day_totals.answered is 'Calls answered, voice mail not counted';
comment on column day_totals.talk_s is 'Seconds talked';
comment on column day_totals.cost is 'What the carrier takes';
comment on column day_totals.charge is 'What is passed on';
comment on column day_totals.tax is 'Tax on the charge';
comment on column day_totals.unrated is 'Calls with a leg that should have a price and has none';

create table day_people (
    day date not null,
    "user" varchar,
    person varchar,
    department varchar,
    site varchar,
    currency varchar,
    calls bigint not null,
    answered bigint not null,
    talk_s decimal(18, 3) not null,
    cost decimal(18, 6) not null,
    charge decimal(18, 6) not null,
    tax decimal(18, 6) not null,
    unrated bigint not null
);
comment on table day_people is 'Calls and money by day and person; counted like day_totals';
comment on column day_people.day is 'Local day of the call';
comment on column day_people."user" is 'Owner or payer';
comment on column day_people.person is 'Name of the owner or payer';
comment on column day_people.department is 'Department of the owner or payer';
comment on column day_people.site is 'Site of the owner or payer';
comment on column day_people.currency is 'Currency of the money; empty where there is none';
comment on column day_people.calls is 'Number of calls';
comment on column day_people.answered is 'Calls answered, voice mail not counted';
comment on column day_people.talk_s is 'Seconds talked';
comment on column day_people.cost is 'What the carrier takes';
comment on column day_people.charge is 'What is passed on';
comment on column day_people.tax is 'Tax on the charge';
comment on column day_people.unrated is 'Calls with a leg that should have a price and has none';
