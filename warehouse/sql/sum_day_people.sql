select * exclude (gateway, tariff, direction, call_type, destination, by_person, by_destination)
from money_sums
where by_person
