-- Of the derived calls those that their one leg does not say all of.
select *
from derived
where legs > 1 or not head_known
