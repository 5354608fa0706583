select
    "user",
    arg_max(person, day) as person,
    arg_max(department, day) as department
from day_people
where "user" is not null and {condition}
group by "user"
order by person nulls last, "user"
