select tariff, version, list_version, loaded_at, loaded_by
from tariff_versions
order by tariff, loaded_at, version
