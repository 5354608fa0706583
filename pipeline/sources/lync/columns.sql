-- Every column of the tables and views of dbo, in the very spelling of the server, and whether this
-- login may read them. The catalogue views are in small letters whatever the collation.
SELECT o.name AS ObjectName, c.name AS ColumnName, o.readable AS Readable
FROM (
    SELECT
        t.object_id AS object_id,
        t.name AS name,
        HAS_PERMS_BY_NAME('dbo.' + QUOTENAME(t.name), 'OBJECT', 'SELECT') AS readable
    FROM sys.objects AS t
    WHERE t.schema_id = SCHEMA_ID('dbo') AND t.type IN ('U', 'V')
) AS o
INNER JOIN sys.columns AS c ON c.object_id = o.object_id
