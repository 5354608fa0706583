with part as (
    select
        * exclude (talk_s),
        call_talk_s as talk_s,
        row_number() over (
            partition by source, call_id
            order by
                owned desc, cost desc nulls last, "user", department, site, currency, account_code,
                purpose
        ) as rank,
        sum(cost) over paid as paid_cost,
        sum(charge) over paid as paid_charge,
        sum(tax) over paid as paid_tax
    from entries
    where split and {condition}
    window paid as (partition by source, call_id, currency)
), led as (
    select * replace (
        paid_cost::decimal(18, 6) as cost,
        paid_charge::decimal(18, 6) as charge,
        paid_tax::decimal(18, 6) as tax
    )
    from part
    where rank = 1
)
select {columns} from entries where not split and {condition}
union all
select {columns} from led
