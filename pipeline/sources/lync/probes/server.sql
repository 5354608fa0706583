-- SQL Server only.
SELECT
    CAST(SERVERPROPERTY('ProductVersion') AS nvarchar(128)) AS ProductVersion,
    CAST(SERVERPROPERTY('Edition') AS nvarchar(128)) AS Edition,
    d.compatibility_level AS CompatibilityLevel,
    d.collation_name AS CollationName,
    DATEDIFF(second, SYSUTCDATETIME(), SYSDATETIME()) AS OffsetS,
    CAST(SYSUTCDATETIME() AS datetime) AS UtcNow
FROM sys.databases AS d
WHERE d.name = DB_NAME()
