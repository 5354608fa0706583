-- The calls that any of some people owns, and those of which they bear a part.
create table {narrow}.calls as
from {schema}.calls as call
where
    call."user" in (select unnest($users))
    or (
        call.split
        and exists (
            from {narrow}.call_shares as part
            where
                part.day = call.day and part.source = call.source and part.call_id = call.call_id
        )
    )
