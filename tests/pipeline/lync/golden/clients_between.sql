-- The kinds of client that parties of sessions used.
SELECT n.VersionId AS Number, n.ClientType AS Type
FROM dbo.ClientVersions AS n
WHERE n.VersionId BETWEEN CAST(? AS int) AND CAST(? AS int)
