-- The serial that a hot file was written at, if since then every change told which calls it changed.
select written_hot.serial
from written_hot
cross join publication
where written_hot.name = $name
    and publication.serial - written_hot.serial = (
        select count(distinct serial) from changed_calls where serial > written_hot.serial
    )
