delete from {schema}.{table}
where day between ? and ? and day in (select day from #staging_mirror_days)
