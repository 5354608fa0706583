select name, mark from {schema}.mirror_tables
