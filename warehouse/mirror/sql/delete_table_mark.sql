delete from {schema}.mirror_tables where name = ?
