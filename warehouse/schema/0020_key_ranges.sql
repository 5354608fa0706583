-- Whether a leg is stored is asked of every leg that comes, and it may be stored on any day. Keys that
-- grow with time rule most days out.
create table key_ranges (
    source varchar not null,
    series varchar not null,
    day date not null,
    lowest varchar not null,
    highest varchar not null,
    primary key (source, series, day)
);
comment on table key_ranges is 'Between which keys the legs of a day lie, at most';
comment on column key_ranges.source is 'Name of the configured source';
comment on column key_ranges.series is
    'First character of the keys: sources put a letter for the kind of leg before its time';
comment on column key_ranges.day is 'Local day of the legs';
comment on column key_ranges.lowest is 'No leg_id is lower';
comment on column key_ranges.highest is 'No leg_id is higher';
insert into key_ranges
select source, left(leg_id, 1), day, min(leg_id), max(leg_id)
from legs
group by source, left(leg_id, 1), day;
