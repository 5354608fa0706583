select day, mark from {schema}.mirror_days
