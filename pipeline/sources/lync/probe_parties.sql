-- Who is who in sessions with telephony details. Parameter: since when to look.
SELECT
    k.FromTrunk AS FromTrunk,
    k.ToTrunk AS ToTrunk,
    k.User1 AS User1,
    k.User2 AS User2,
    k.Starter AS Starter,
    COUNT(*) AS Sessions,
    SUM(k.NoGateway) AS WithoutGateway,
    SUM(k.NoNumber) AS WithoutNumber
FROM (
    SELECT
        CASE
            WHEN v.FromGatewayId IS NOT NULL OR v.FromMediationServerId IS NOT NULL THEN 1
            ELSE 0
        END AS FromTrunk,
        CASE
            WHEN v.ToGatewayId IS NOT NULL OR v.ToMediationServerId IS NOT NULL THEN 1
            ELSE 0
        END AS ToTrunk,
        CASE
            WHEN s.User1Id IS NULL THEN 'nobody'
            WHEN u1.UriTypeId = 0 THEN 'phone'
            ELSE 'user'
        END AS User1,
        CASE
            WHEN s.User2Id IS NULL THEN 'nobody'
            WHEN u2.UriTypeId = 0 THEN 'phone'
            ELSE 'user'
        END AS User2,
        CASE
            WHEN s.SessionStartedById IS NULL THEN 'nobody'
            WHEN s.SessionStartedById = s.User1Id THEN 'user1'
            WHEN s.SessionStartedById = s.User2Id THEN 'user2'
            ELSE 'another'
        END AS Starter,
        CASE
            WHEN v.FromGatewayId IS NULL AND v.FromMediationServerId IS NOT NULL THEN 1
            WHEN v.ToGatewayId IS NULL AND v.ToMediationServerId IS NOT NULL THEN 1
            ELSE 0
        END AS NoGateway,
        CASE
            WHEN v.ConnectedNumberId IS NULL
                AND (v.ToGatewayId IS NOT NULL OR v.ToMediationServerId IS NOT NULL) THEN 1
            ELSE 0
        END AS NoNumber
    FROM dbo.VoipDetails AS v
    JOIN dbo.SessionDetails AS s
        ON s.SessionIdTime = v.SessionIdTime AND s.SessionIdSeq = v.SessionIdSeq
    LEFT JOIN dbo.Users AS u1 ON u1.UserId = s.User1Id
    LEFT JOIN dbo.Users AS u2 ON u2.UserId = s.User2Id
    WHERE v.SessionIdTime >= CAST(? AS datetime)
) AS k
GROUP BY k.FromTrunk, k.ToTrunk, k.User1, k.User2, k.Starter
