create table alarms (
    id integer primary key,
    name text not null unique,
    -- JSON: what is watched for, the lists of filters, what the readers may see.
    test text not null,
    scope text not null,
    mask_digits integer not null check (mask_digits >= 0),
    -- JSON lists: mail addresses, and names of webhooks in tollbook.toml.
    addresses text not null,
    webhooks text not null,
    quiet_minutes integer not null check (quiet_minutes >= 0),
    zone text not null,
    locale text not null,
    is_paused integer not null default 0,
    made_by text not null,
    made_at text not null,
    -- What began before this instant (UTC) is none of its business.
    since text not null,
    -- JSON: what each recent day came to when it was looked at last.
    seen text not null default '{}'
) strict;
create table alarm_events (
    id integer primary key,
    -- Who raised it, in words that tell its kind and number: `alarm 7`.
    origin text not null,
    alarm integer references alarms (id) on delete cascade,
    -- What crossed the line: the same crossing has the same key.
    key text not null,
    subject text not null,
    happened_at text not null,
    found_at text not null,
    title text not null,
    words text not null,
    -- JSON: source, key and day of each call that it is about.
    calls text not null,
    -- Found within the quiet time of another one: told together with the next.
    is_quiet integer not null default 0,
    -- When something that lasts was over again; empty while it lasts.
    ended_at text not null default '',
    acknowledged_at text not null default '',
    acknowledged_by text not null default '',
    silent_until text not null default '',
    unique (origin, key)
) strict;
create index alarm_events_by_subject on alarm_events (origin, subject, found_at);
create table alarm_notices (
    id integer primary key,
    event integer not null references alarm_events (id) on delete cascade,
    way text not null check (way in ('mail', 'webhook')),
    recipient text not null,
    due_at text not null,
    state text not null
        check (state in ('waiting', 'making', 'sending', 'sent', 'failed', 'perhaps', 'skipped')),
    attempts integer not null default 0,
    next_at text not null,
    reason text not null default '',
    changed_at text not null,
    unique (event, way, recipient)
) strict;
create index alarm_notices_to_do on alarm_notices (next_at) where state = 'waiting';
create index alarm_notices_under_way on alarm_notices (state) where state in ('making', 'sending');
