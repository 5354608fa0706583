create or replace temp table difference as
select {groups}, {sums}
from (
    from now_{rollup}
    union all by name
    select {groups}, {taken} from was_{rollup}
)
group by {groups}
having {any}
