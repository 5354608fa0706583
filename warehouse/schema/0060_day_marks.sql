-- Who keeps a copy of the calls elsewhere has to tell which days of it are still right, also after
-- the warehouse, or the copy, was put back to an earlier state.
create table day_marks (
    day date not null,
    mark varchar not null
);
comment on table day_marks is 'A name for what each day holds, which no other state ever had';
comment on column day_marks.day is 'Local day of calls, or of sums';
comment on column day_marks.mark is 'Another one whenever anything of the day has changed';
insert into day_marks
select day, uuid()::varchar
from (select day from day_sums union select day from gateway_hours);
