-- columns.sql for PostgreSQL.
SELECT
    c.relname AS ObjectName,
    a.attname AS ColumnName,
    CAST(has_table_privilege(c.oid, 'SELECT') AS int) AS Readable
FROM pg_class AS c
INNER JOIN pg_namespace AS n ON n.oid = c.relnamespace
INNER JOIN pg_attribute AS a ON a.attrelid = c.oid
WHERE n.nspname = 'dbo'
    AND c.relkind IN ('r', 'v', 'm', 'p', 'f')
    AND a.attnum > 0
    AND NOT a.attisdropped
    AND has_schema_privilege(n.oid, 'USAGE')
    AND has_any_column_privilege(c.oid, 'SELECT')
