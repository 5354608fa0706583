-- The mediation servers of sessions.
SELECT n.MediationServerId AS Number, n.MediationServer AS Name
FROM dbo.MediationServers AS n
WHERE n.MediationServerId BETWEEN CAST(? AS int) AND CAST(? AS int)
