select * exclude ("user", person, department, by_person, by_destination)
from money_sums
where by_destination
