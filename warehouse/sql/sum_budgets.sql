-- What was spent of budgets in some periods. Money is the charge: in the reporting currency where the
-- budget is of that one, else where it is of the call's own. Calls with money in neither are counted.
with spending as (
    select day_people.*, asked_days.period, asked_days.first_day
    from day_people
    join asked_days using (day)
    where day between $first and $last
), of_people as (
    select budget, budgets.subject, budgets.currency as wanted, spending.*
    from asked_budgets as budgets
    join spending on budgets.period = spending.period and spending."user" = budgets.subject
    where budgets.kind = 'person' and day >= since and day < until
), of_departments as (
    select
        budget,
        case budgets.kind when 'member' then spending."user" else budgets.subject end as subject,
        budgets.currency as wanted,
        spending.*
    from asked_budgets as budgets
    join spending on budgets.period = spending.period and spending.department = budgets.subject
    where budgets.kind <> 'person' and day >= since and day < until
), due as (
    select * from of_people
    union all
    select * from of_departments where subject is not null
)
select
    budget,
    subject,
    first_day,
    coalesce(sum(case
        when reporting_currency = wanted then reporting_charge
        when currency = wanted then charge
        else 0
    end), 0)::decimal(18, 6) as spent,
    coalesce(sum(unrated + case
        when reporting_currency = wanted then unconverted
        when currency = wanted or charge = 0 then 0
        else greatest(calls, 1)
    end), 0)::bigint as uncounted
from due
group by budget, subject, first_day
having spent <> 0 or uncounted <> 0
