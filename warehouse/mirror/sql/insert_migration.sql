insert into {schema}.migrations (number, name, sha256, applied_at) values (?, ?, ?, ?)
