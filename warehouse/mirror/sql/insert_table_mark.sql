insert into {schema}.mirror_tables (name, mark, version, rows_written, mirrored_at)
values (?, ?, ?, ?, ?)
