-- Changed days of which it is not known yet what they are summed up to.
create or replace temp table days_to_sum as
select day from changed_days
where day not in (select unnest($days))
