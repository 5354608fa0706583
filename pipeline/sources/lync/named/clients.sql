-- The kinds of client that parties of sessions used.
SELECT n.VersionId AS Number, n.ClientType AS Type
FROM dbo.ClientVersions AS n
WHERE {these}
