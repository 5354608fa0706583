create table if not exists migrations (
    number integer primary key,
    name varchar not null,
    sha256 varchar not null
)
