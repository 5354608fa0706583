-- A row of a rollup of which nothing is left is none.
delete from {rollup}
where day in (select day from difference) and {nothing}
