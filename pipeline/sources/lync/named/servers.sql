-- The mediation servers of sessions.
SELECT n.MediationServerId AS Number, n.MediationServer AS Name
FROM dbo.MediationServers AS n
WHERE {these}
