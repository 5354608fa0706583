-- The trunks that calls went over, by the name that call files give them. The parameter is since when
-- to look, once for each way.
SELECT k.trunk AS Trunk, SUM(k.inbound) AS Inbound, SUM(k.outbound) AS Outbound
FROM (
    SELECT COALESCE(g.Gateway, m.MediationServer) AS trunk, 1 AS inbound, 0 AS outbound
    FROM dbo.VoipDetails AS v
    LEFT JOIN dbo.Gateways AS g ON g.GatewayId = v.FromGatewayId
    LEFT JOIN dbo.MediationServers AS m ON m.MediationServerId = v.FromMediationServerId
    WHERE v.SessionIdTime >= CAST(? AS datetime)
        AND (v.FromGatewayId IS NOT NULL OR v.FromMediationServerId IS NOT NULL)
    UNION ALL
    SELECT COALESCE(g.Gateway, m.MediationServer) AS trunk, 0 AS inbound, 1 AS outbound
    FROM dbo.VoipDetails AS v
    LEFT JOIN dbo.Gateways AS g ON g.GatewayId = v.ToGatewayId
    LEFT JOIN dbo.MediationServers AS m ON m.MediationServerId = v.ToMediationServerId
    WHERE v.SessionIdTime >= CAST(? AS datetime)
        AND (v.ToGatewayId IS NOT NULL OR v.ToMediationServerId IS NOT NULL)
    UNION ALL
    SELECT
        COALESCE(g.Gateway, m.MediationServer) AS trunk,
        CASE WHEN d.IsStartedByConfServer = 1 THEN 0 ELSE 1 END AS inbound,
        CASE WHEN d.IsStartedByConfServer = 1 THEN 1 ELSE 0 END AS outbound
    FROM dbo.ConferenceSessionDetails AS d
    LEFT JOIN dbo.Gateways AS g ON g.GatewayId = d.GatewayId
    LEFT JOIN dbo.MediationServers AS m ON m.MediationServerId = d.MediationServerId
    WHERE d.SessionIdTime >= CAST(? AS datetime)
        AND (d.GatewayId IS NOT NULL OR d.MediationServerId IS NOT NULL)
) AS k
GROUP BY k.trunk
