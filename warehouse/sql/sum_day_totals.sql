select * exclude ("user", person, gateway, tariff, destination, by_person, by_destination)
from money_sums
where not by_person and not by_destination
