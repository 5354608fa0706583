select distinct "user"
from {relation}
where "user" is not null and {condition}
