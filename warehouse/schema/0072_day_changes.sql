-- Whoever keeps sums beside the warehouse asks which days changed since it last looked, whatever has
-- become of bases and hot files meanwhile.
create table day_changes (day date primary key, serial bigint not null);
comment on table day_changes is 'When each day last changed';
comment on column day_changes.day is 'Local day of a leg or call';
comment on column day_changes.serial is 'The serial of publication with which it changed';
insert into day_changes select day, serial from touched_days;

create table identity (id uuid not null);
comment on table identity is 'One row: tells this warehouse from one that is made anew';
comment on column identity.id is 'Made by chance, once';
insert into identity values (uuid());
