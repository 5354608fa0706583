create table fixed_charges (
    what varchar not null,
    id varchar not null,
    name varchar not null,
    amount decimal(18, 6) not null,
    units bigint not null,
    currency varchar not null,
    proration varchar not null,
    "user" varchar,
    person varchar,
    department varchar,
    cost_centre varchar,
    site varchar,
    valid_from date,
    valid_to date,
    charged_from date,
    charged_to date
);
comment on table fixed_charges is
    'What is owed each month, call or no call: the rows of fixed_charges.csv, cut where the owner '
    'changes';
comment on column fixed_charges.what is 'user, number, gateway, department or site';
comment on column fixed_charges.id is 'Which one';
comment on column fixed_charges.name is 'What is charged for';
comment on column fixed_charges.amount is 'Money a month';
comment on column fixed_charges.units is
    'The same in millionths: what can be shared among days with nothing left over';
comment on column fixed_charges.currency is 'ISO 4217 code of the amount';
comment on column fixed_charges.proration is
    'days: a month costs the part of it that is charged; whole: all of it, whatever the part';
comment on column fixed_charges."user" is 'Owner in this time; empty where there is none';
comment on column fixed_charges.person is 'Name of the owner';
comment on column fixed_charges.department is 'Department of the owner';
comment on column fixed_charges.cost_centre is 'Cost centre of the owner';
comment on column fixed_charges.site is 'Site of the owner or trunk';
comment on column fixed_charges.valid_from is 'First day of this owner; empty: ever since';
comment on column fixed_charges.valid_to is 'First day that is another owner''s; empty: still';
comment on column fixed_charges.charged_from is 'First day that is charged at all; empty: ever since';
comment on column fixed_charges.charged_to is 'First day that no longer is; empty: still';

create table exchange_rates (
    currency varchar not null,
    reporting_currency varchar not null,
    rate decimal(16, 10) not null,
    valid_from date
);
comment on table exchange_rates is
    'What one unit of a currency is in the one that the company reports in';
comment on column exchange_rates.currency is 'ISO 4217; the reporting currency is among them, at 1';
comment on column exchange_rates.reporting_currency is 'ISO 4217; the same in all rows';
comment on column exchange_rates.rate is 'Holds until the next one of the currency';
comment on column exchange_rates.valid_from is 'First day; empty: ever since';
