-- The gateways of sessions.
SELECT n.GatewayId AS Number, n.Gateway AS Name
FROM dbo.Gateways AS n
WHERE {these}
