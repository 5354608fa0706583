create table files (
    name varchar not null,
    sha256 varchar not null,
    rows bigint not null,
    first_day date,
    last_day date,
    loaded_at timestamp_ms not null,
    primary key (name, sha256)
);
comment on table files is 'Call files applied, each in one transaction with its legs';
comment on column files.name is 'File name without folder';
comment on column files.sha256 is 'Hash of the content; a file of other content is another file';
comment on column files.rows is 'Legs in the file';
comment on column files.first_day is 'First local day of its legs; empty for an empty file';
comment on column files.last_day is 'Last local day of its legs';
comment on column files.loaded_at is 'UTC';

create table sources (
    source varchar primary key,
    newest_started_at timestamp_ms not null,
    loaded_at timestamp_ms not null
);
comment on table sources is 'How fresh each source is';
comment on column sources.source is 'Name of the configured source';
comment on column sources.newest_started_at is 'UTC start of its newest leg';
comment on column sources.loaded_at is 'UTC time of the last load that brought legs of it';

create table touched_days (day date primary key);
comment on table touched_days is 'Days changed since the published base was made';
comment on column touched_days.day is 'Local day of a leg or call';

create table publication (
    change uuid not null,
    base varchar,
    base_mark uuid
);
comment on table publication is 'One row: what ties this file to the published snapshots';
comment on column publication.change is 'Renewed by every change of the stored calls';
comment on column publication.base is 'File name of the base that touched_days refers to';
comment on column publication.base_mark is 'Tells that base from one of the same name';
insert into publication values (uuid(), null, null);
