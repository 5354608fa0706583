-- Which destinations the numbers of a country belong to.
select distinct {number_start} as number_start, destination
from entries
where destination is not null and {condition}
