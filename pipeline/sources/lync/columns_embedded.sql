-- columns.sql for the embedded kind, SQLite.
SELECT o.name AS ObjectName, c.name AS ColumnName, 1 AS Readable
FROM dbo.sqlite_master AS o
INNER JOIN pragma_table_info(o.name, 'dbo') AS c
WHERE o.type IN ('table', 'view')
