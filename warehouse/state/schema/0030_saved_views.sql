create table saved_views (
    id integer primary key,
    -- The address of who saved it; empty where nobody signs in.
    owner text not null,
    name text not null check (name <> ''),
    -- A page of the app, and what stands behind the question mark of its address.
    page text not null,
    query text not null,
    is_shared integer not null check (is_shared in (0, 1)),
    saved_at text not null,
    unique (owner, name)
) strict;
