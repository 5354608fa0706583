create or replace temp table changed_calls (
    source varchar not null,
    call_id varchar not null,
    serial bigint not null
)
