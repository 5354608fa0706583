create or replace temp table written_hot (
    name varchar not null,
    serial bigint not null
)
