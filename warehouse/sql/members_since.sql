-- Since when people are in departments for the first time; those who ever were are left out.
select department, "user", min(coalesce(valid_from, date '0001-01-01')) as since
from people
where department in (select unnest($departments))
group by department, "user"
having since > date '0001-01-01'
