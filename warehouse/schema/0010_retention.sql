create table retention (
    rule varchar primary key,
    what varchar not null,
    sites varchar[] not null,
    departments varchar[] not null,
    call_types varchar[] not null,
    before date not null,
    applied_at timestamp_ms not null,
    applied_by varchar not null,
    owed boolean not null
);
comment on table retention is
    'Which legs were deleted or anonymised for their age; late ones share the fate of their like';
comment on column retention.rule is 'Tells rules apart: what they do, and to which legs';
comment on column retention.what is 'delete or anonymise';
comment on column retention.sites is 'Only legs of these sites; empty for all';
comment on column retention.departments is 'Only legs of these departments; empty for all';
comment on column retention.call_types is 'Only legs of these price classes; empty for all';
comment on column retention.before is 'Legs of earlier local days fall under the rule, for good';
comment on column retention.applied_at is 'UTC; when the rule last moved on';
comment on column retention.applied_by is 'Operating system user that asked for it';
comment on column retention.owed is
    'True until what was taken away has also left call files, snapshots and free space';

create table pruned_files (
    name varchar not null,
    sha256 varchar not null,
    remainder varchar,
    pruned_at timestamp_ms not null,
    primary key (name, sha256)
);
comment on table pruned_files is 'Call files of the ledger that were cut or removed on purpose';
comment on column pruned_files.name is 'As in files';
comment on column pruned_files.sha256 is 'As in files: hash of the content that was loaded';
comment on column pruned_files.remainder is 'Hash of what is left of it; empty if nothing is';
comment on column pruned_files.pruned_at is 'UTC';
