create or replace temp table changed_days as
select day from incoming
union
select day from stored
union
select day from known
union
select day from derived
