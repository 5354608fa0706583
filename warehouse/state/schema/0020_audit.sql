-- Who did what on the pages. Rows are added, and never changed.
create table audit (
    id integer primary key,
    -- UTC.
    at text not null,
    -- As users.csv or the sign-in has them; empty for whoever sits at this machine.
    address text not null,
    role text not null,
    action text not null check (action in ('sign_in', 'sign_out', 'refused', 'download', 'change')),
    -- What it was done to: a report, a list, a schedule.
    subject text not null,
    -- JSON: filters, format and whatever else tells what exactly.
    details text not null,
    -- What happens once is noted once: names it where there is such a thing, else NULL.
    occasion text unique
) strict;
create index audit_by_time on audit (at);
create index audit_by_person on audit (address, at);
create trigger audit_stays before update on audit
begin
    select raise(abort, 'what was done stays as it was noted');
end;
