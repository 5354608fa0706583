-- The rows of a rollup that are not what they were; one of which nothing is left is none.
create or replace temp table amended_sums as
select {groups}, {sums}
from (
    from {rollup} semi join difference on {rollup}.day = difference.day and {same}
    union all by name
    from difference
)
group by {groups}
having {present}
