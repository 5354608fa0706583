select count(*) filter (not split) + count(distinct row(source, call_id)) filter (split)
from entries
where {condition}
