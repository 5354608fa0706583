-- Legs that held channels of trunks.
select {columns}
from {relation}
where (gateway_in is not null or gateway_out is not null) and {condition}
