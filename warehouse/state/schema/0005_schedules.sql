create table schedules (
    id integer primary key,
    name text not null unique,
    report text not null,
    -- JSON: the report's options, the lists of filters, the scope.
    options text not null,
    filters text not null,
    scope text not null,
    mask_digits integer not null check (mask_digits >= 0),
    -- JSON of the cadence; a period by its name, or empty for the last finished one of the cadence.
    cadence text not null,
    period text not null,
    format text not null,
    audience text not null check (audience in ('addresses', 'heads', 'people')),
    addresses text not null,
    locale text not null,
    -- What to do about those that fell due while nothing ran.
    missed text not null check (missed in ('send', 'skip')),
    is_paused integer not null default 0,
    made_by text not null,
    made_at text not null,
    -- Until when (UTC) it is known what fell due.
    checked_until text not null
) strict;
create table deliveries (
    id integer primary key,
    schedule integer not null references schedules (id) on delete cascade,
    -- Empty for what fell due; else the instant at which somebody asked for it.
    occasion text not null,
    first_day text not null,
    last_day text not null,
    recipient text not null,
    scope text not null,
    due_at text not null,
    state text not null
        check (state in ('waiting', 'making', 'sending', 'sent', 'failed', 'perhaps', 'skipped')),
    attempts integer not null default 0,
    next_at text not null,
    reason text not null default '',
    changed_at text not null,
    unique (schedule, occasion, first_day, last_day, recipient)
) strict;
create index deliveries_to_do on deliveries (next_at) where state = 'waiting';
create index deliveries_under_way on deliveries (state) where state in ('making', 'sending');
