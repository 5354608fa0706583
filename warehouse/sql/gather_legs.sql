-- All stored legs of the known calls, while the replaced ones are gone and the incoming ones not yet
-- in. A stored call spans first_day to last_day.
select {columns}
from legs
semi join known using (source, call_id)
where day in (
    select unnest(generate_series(first_day, last_day, interval 1 day))::date from known
)
