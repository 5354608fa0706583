-- Who is who in sessions with telephony details. Parameter: since when to look.
SELECT
    k.from_trunk AS FromTrunk,
    k.to_trunk AS ToTrunk,
    k.user1 AS User1,
    k.user2 AS User2,
    k.starter AS Starter,
    COUNT(*) AS Sessions,
    SUM(k.no_gateway) AS WithoutGateway,
    SUM(k.no_number) AS WithoutNumber
FROM (
    SELECT
        CASE
            WHEN v.FromGatewayId IS NOT NULL OR v.FromMediationServerId IS NOT NULL THEN 1
            ELSE 0
        END AS from_trunk,
        CASE
            WHEN v.ToGatewayId IS NOT NULL OR v.ToMediationServerId IS NOT NULL THEN 1
            ELSE 0
        END AS to_trunk,
        CASE
            WHEN s.User1Id IS NULL THEN 'nobody'
            WHEN u1.UriTypeId = 0 THEN 'phone'
            ELSE 'user'
        END AS user1,
        CASE
            WHEN s.User2Id IS NULL THEN 'nobody'
            WHEN u2.UriTypeId = 0 THEN 'phone'
            ELSE 'user'
        END AS user2,
        CASE
            WHEN s.SessionStartedById IS NULL THEN 'nobody'
            WHEN s.SessionStartedById = s.User1Id THEN 'user1'
            WHEN s.SessionStartedById = s.User2Id THEN 'user2'
            ELSE 'another'
        END AS starter,
        CASE
            WHEN v.FromGatewayId IS NULL AND v.FromMediationServerId IS NOT NULL THEN 1
            WHEN v.ToGatewayId IS NULL AND v.ToMediationServerId IS NOT NULL THEN 1
            ELSE 0
        END AS no_gateway,
        CASE
            WHEN v.ConnectedNumberId IS NULL
                AND (v.ToGatewayId IS NOT NULL OR v.ToMediationServerId IS NOT NULL) THEN 1
            ELSE 0
        END AS no_number
    FROM dbo.VoipDetails AS v
    JOIN dbo.SessionDetails AS s
        ON s.SessionIdTime = v.SessionIdTime AND s.SessionIdSeq = v.SessionIdSeq
    LEFT JOIN dbo.Users AS u1 ON u1.UserId = s.User1Id
    LEFT JOIN dbo.Users AS u2 ON u2.UserId = s.User2Id
    WHERE v.SessionIdTime >= CAST(? AS datetime)
) AS k
GROUP BY k.from_trunk, k.to_trunk, k.user1, k.user2, k.starter
