-- sessions.sql for a login that may read only the views. They name the parties' sides themselves
-- (From, To), so the first party is the caller; kinds are words there, and the media rows of a
-- session stand in a view of their own.
SELECT
    s.SessionIdTime AS SessionIdTime,
    s.SessionIdSeq AS SessionIdSeq,
    s.CorrelationId AS CorrelationId,
    s.ReplacesDialogIdTime AS ReplacesTime,
    s.ReplacesDialogIdSeq AS ReplacesSeq,
    s.InviteTime AS InviteTime,
    s.ResponseTime AS ResponseTime,
    s.EndTime AS SessionEndTime,
    s.ResponseCode AS ResponseCode,
    s.DiagnosticId AS DiagnosticId,
    (
        SELECT
            SUM(DISTINCT CASE LOWER(m.Media)
                WHEN 'im' THEN 1
                WHEN 'audio' THEN 16
                WHEN 'video' THEN 32
                ELSE 0
            END)
        FROM dbo.MediaView AS m
        WHERE m.SessionIdTime = s.SessionIdTime AND m.SessionIdSeq = s.SessionIdSeq
    ) AS MediaTypes,
    s.CallFlag AS CallFlag,
    CASE WHEN LOWER(s.CallPriority) LIKE 'emergency%' THEN 4 END AS CallPriority,
    CASE WHEN s.Location IS NOT NULL THEN 1 ELSE 0 END AS HasLocation,
    1 AS User1Id,
    s.FromUri AS User1Uri,
    CASE
        WHEN LOWER(s.FromUriType) LIKE 'phone%' THEN 0
        WHEN s.FromUriType IS NOT NULL THEN 1
    END AS User1Type,
    s.FromClientType AS Client1Type,
    2 AS User2Id,
    s.ToUri AS User2Uri,
    CASE
        WHEN LOWER(s.ToUriType) LIKE 'phone%' THEN 0
        WHEN s.ToUriType IS NOT NULL THEN 1
    END AS User2Type,
    s.ToClientType AS Client2Type,
    1 AS StarterId,
    s.FromUri AS StarterUri,
    CASE
        WHEN LOWER(s.FromUriType) LIKE 'phone%' THEN 0
        WHEN s.FromUriType IS NOT NULL THEN 1
    END AS StarterType,
    s.TargetUri AS TargetUri,
    CASE
        WHEN LOWER(s.TargetUriType) LIKE 'phone%' THEN 0
        WHEN s.TargetUriType IS NOT NULL THEN 1
    END AS TargetType,
    s.OnBehalfOfUri AS BehalfUri,
    CASE
        WHEN LOWER(s.OnBehalfOfUriType) LIKE 'phone%' THEN 0
        WHEN s.OnBehalfOfUriType IS NOT NULL THEN 1
    END AS BehalfType,
    s.ReferredByUri AS ReferrerUri,
    CASE
        WHEN LOWER(s.ReferredByUriType) LIKE 'phone%' THEN 0
        WHEN s.ReferredByUriType IS NOT NULL THEN 1
    END AS ReferrerType,
    v.FromPhone AS FromNumber,
    v.ToPhone AS ConnectedNumber,
    CASE
        WHEN v.FromGateway IS NOT NULL OR v.FromMediationServer IS NOT NULL THEN 1
        ELSE 0
    END AS FromTrunk,
    CASE
        WHEN v.ToGateway IS NOT NULL OR v.ToMediationServer IS NOT NULL THEN 1
        ELSE 0
    END AS ToTrunk,
    COALESCE(v.FromGateway, v.FromMediationServer) AS GatewayIn,
    COALESCE(v.ToGateway, v.ToMediationServer) AS GatewayOut,
    CAST(NULL AS varbinary(1)) AS Dialog
FROM dbo.SessionDetailsView AS s
LEFT JOIN dbo.VoipDetailsView AS v
    ON v.SessionIdTime = s.SessionIdTime AND v.SessionIdSeq = s.SessionIdSeq
WHERE s.SessionIdTime >= CAST(? AS datetime)
    AND (s.SessionIdTime > CAST(? AS datetime) OR s.SessionIdSeq > CAST(? AS int))
    AND s.SessionIdTime < CAST(? AS datetime)
    AND (
        v.SessionIdTime IS NOT NULL
        OR EXISTS (
            SELECT 1
            FROM dbo.MediaView AS a
            WHERE a.SessionIdTime = s.SessionIdTime
                AND a.SessionIdSeq = s.SessionIdSeq
                AND LOWER(a.Media) = 'audio'
        )
    )
ORDER BY s.SessionIdTime, s.SessionIdSeq
OFFSET 0 ROWS FETCH NEXT CAST(? AS int) ROWS ONLY
