-- Money is in whole millionths, days are texts YYYY-MM-DD, instants texts of ISO 8601 in UTC.
create table budgets (
    id integer primary key autoincrement,
    name text not null unique,
    kind text not null check (kind in ('person', 'member', 'department')),
    subject text not null,
    period text not null check (period in ('day', 'week', 'month')),
    amount integer not null check (amount > 0),
    currency text not null,
    carry_over integer not null check (carry_over in (0, 1)),
    warn_at text not null,
    tell text not null,
    valid_from text not null,
    valid_to text,
    changed_at text not null,
    changed_by text not null,
    is_summed integer not null default 0
);

-- Counts every edit of any budget: who keeps sums sees by it that there is something to do.
create table budget_edits (edits integer not null);
insert into budget_edits values (0);

-- How far sums go: up to which serial of which warehouse, and with which budgets.
create table budget_progress (warehouse text not null, serial integer not null, edits integer not null);
insert into budget_progress values ('', -1, -1);

create table budget_sums (
    budget integer not null references budgets (id) on delete cascade,
    subject text not null,
    first_day text not null,
    spent integer not null,
    uncounted integer not null,
    primary key (budget, subject, first_day)
) without rowid;
create index budget_sums_by_day on budget_sums (first_day);

-- One row for each percentage of a budget that a period has reached, for good: whoever is told of it
-- is told once, also where corrections take the sum down and up again.
create table budget_crossings (
    id integer primary key autoincrement,
    budget integer not null references budgets (id) on delete cascade,
    subject text not null,
    first_day text not null,
    percent integer not null,
    available integer not null,
    spent integer not null,
    crossed_at text not null,
    tell text not null,
    not_found text not null,
    told_at text,
    unique (budget, subject, first_day, percent)
);
