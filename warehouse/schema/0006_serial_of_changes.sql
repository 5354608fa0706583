-- A base is made while calls go on arriving: which days it lacks is told by their last change.
alter table publication add column serial bigint default 0;
comment on column publication.serial is 'Number of changes of the stored calls so far';
alter table publication add column base_serial bigint default 0;
comment on column publication.base_serial is 'The serial that the base was made at';
alter table touched_days add column serial bigint default 1;
comment on column touched_days.serial is 'The last change of the day';
comment on table touched_days is 'Days changed since the published base was made, at least';
