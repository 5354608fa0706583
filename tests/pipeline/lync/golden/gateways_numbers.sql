-- The gateways of sessions.
SELECT n.GatewayId AS Number, n.Gateway AS Name
FROM dbo.Gateways AS n
WHERE n.GatewayId IN (
    CAST(? AS int),
    CAST(? AS int) …
)
