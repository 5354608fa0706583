delete from {schema}.{table}
