-- A company of several countries asks what calls come to in one currency. What they cost in their own
-- stays beside it. Stored days get it when they are priced again.
alter table legs add column reporting_currency varchar;
alter table legs add column reporting_cost decimal(18, 6);
alter table legs add column reporting_charge decimal(18, 6);
alter table legs add column reporting_tax decimal(18, 6);
alter table legs add column conversion varchar;
comment on column legs.reporting_currency is
    'The currency that all money is reported in; empty where none was set';
comment on column legs.reporting_cost is
    'The cost in it, by the rate of the day; empty where there is none';
comment on column legs.reporting_charge is 'The charge in it';
comment on column legs.reporting_tax is 'The tax in it';
comment on column legs.conversion is
    'own_currency, converted, nothing_owed, or no_rate: the money is not in any reported sum';

alter table group_calls add column reporting_currency varchar;
alter table group_calls add column reporting_cost decimal(18, 6);
alter table group_calls add column reporting_charge decimal(18, 6);
alter table group_calls add column reporting_tax decimal(18, 6);
alter table group_calls add column unconverted boolean default false;
comment on column group_calls.reporting_currency is 'That of the priced leg, else of the head';
comment on column group_calls.reporting_cost is 'Sum over the legs, as cost';
comment on column group_calls.reporting_charge is 'Sum over the legs, as charge';
comment on column group_calls.reporting_tax is 'Sum over the legs, as tax';
comment on column group_calls.unconverted is
    'True if money of a leg in the currency of the call is not in the reported sums';
update group_calls set unconverted = true where cost <> 0 or charge <> 0 or tax <> 0;

alter table call_shares add column reporting_currency varchar;
alter table call_shares add column reporting_cost decimal(18, 6);
alter table call_shares add column reporting_charge decimal(18, 6);
alter table call_shares add column reporting_tax decimal(18, 6);
alter table call_shares add column unconverted boolean default false;
comment on column call_shares.reporting_currency is 'The currency that the money is reported in';
comment on column call_shares.reporting_cost is 'The cost in it';
comment on column call_shares.reporting_charge is 'The charge in it';
comment on column call_shares.reporting_tax is 'The tax in it';
comment on column call_shares.unconverted is 'True if money of a leg is not in the reported sums';
update call_shares set unconverted = true where cost <> 0 or charge <> 0 or tax <> 0;

alter table day_totals add column reporting_currency varchar;
alter table day_totals add column reporting_cost decimal(18, 6) default 0;
alter table day_totals add column reporting_charge decimal(18, 6) default 0;
alter table day_totals add column reporting_tax decimal(18, 6) default 0;
alter table day_totals add column unconverted bigint default 0;
comment on column day_totals.reporting_currency is
    'The currency that the money is reported in; empty where none was set';
comment on column day_totals.reporting_cost is 'The cost in it';
comment on column day_totals.reporting_charge is 'The charge in it';
comment on column day_totals.reporting_tax is 'The tax in it';
comment on column day_totals.unconverted is
    'Calls, or parts of split ones, with money that is not in the reported sums';

alter table day_people add column reporting_currency varchar;
alter table day_people add column reporting_cost decimal(18, 6) default 0;
alter table day_people add column reporting_charge decimal(18, 6) default 0;
alter table day_people add column reporting_tax decimal(18, 6) default 0;
alter table day_people add column unconverted bigint default 0;
comment on column day_people.reporting_currency is 'As in day_totals';
comment on column day_people.reporting_cost is 'As in day_totals';
comment on column day_people.reporting_charge is 'As in day_totals';
comment on column day_people.reporting_tax is 'As in day_totals';
comment on column day_people.unconverted is 'As in day_totals';

alter table day_destinations add column reporting_currency varchar;
alter table day_destinations add column reporting_cost decimal(18, 6) default 0;
alter table day_destinations add column reporting_charge decimal(18, 6) default 0;
alter table day_destinations add column reporting_tax decimal(18, 6) default 0;
alter table day_destinations add column unconverted bigint default 0;
comment on column day_destinations.reporting_currency is 'As in day_totals';
comment on column day_destinations.reporting_cost is 'As in day_totals';
comment on column day_destinations.reporting_charge is 'As in day_totals';
comment on column day_destinations.reporting_tax is 'As in day_totals';
comment on column day_destinations.unconverted is 'As in day_totals';

insert into unsummed_days
select day from legs
union
select day from group_calls
except
from unsummed_days;
