-- One row per session that may be a call: it has telephony details, or its media include audio.
-- Joins follow primary keys only, so none can double a row. Which sessions: window.sql, key.sql,
-- changed_sessions.sql. Rows come in order of the key, at most as many as the last parameter says.
SELECT
    s.SessionIdTime AS SessionIdTime,
    s.SessionIdSeq AS SessionIdSeq,
    s.CorrelationId AS CorrelationId,
    s.ReplacesDialogIdTime AS ReplacesTime,
    s.ReplacesDialogIdSeq AS ReplacesSeq,
    s.InviteTime AS InviteTime,
    s.ResponseTime AS ResponseTime,
    s.SessionEndTime AS SessionEndTime,
    s.ResponseCode AS ResponseCode,
    s.DiagnosticId AS DiagnosticId,
    s.MediaTypes AS MediaTypes,
    s.CallFlag AS CallFlag,
    s.CallPriority AS CallPriority,
    CASE WHEN l.SessionIdTime IS NOT NULL THEN 1 ELSE 0 END AS HasLocation,
    s.User1Id AS User1Id,
    u1.UserUri AS User1Uri,
    u1.UriTypeId AS User1Type,
    c1.ClientType AS Client1Type,
    s.User2Id AS User2Id,
    u2.UserUri AS User2Uri,
    u2.UriTypeId AS User2Type,
    c2.ClientType AS Client2Type,
    s.SessionStartedById AS StarterId,
    st.UserUri AS StarterUri,
    st.UriTypeId AS StarterType,
    tg.UserUri AS TargetUri,
    tg.UriTypeId AS TargetType,
    ob.UserUri AS BehalfUri,
    ob.UriTypeId AS BehalfType,
    rf.UserUri AS ReferrerUri,
    rf.UriTypeId AS ReferrerType,
    pf.PhoneUri AS FromNumber,
    pc.PhoneUri AS ConnectedNumber,
    CASE
        WHEN v.FromGatewayId IS NOT NULL OR v.FromMediationServerId IS NOT NULL THEN 1
        ELSE 0
    END AS FromTrunk,
    CASE
        WHEN v.ToGatewayId IS NOT NULL OR v.ToMediationServerId IS NOT NULL THEN 1
        ELSE 0
    END AS ToTrunk,
    COALESCE(gf.Gateway, mf.MediationServer) AS GatewayIn,
    COALESCE(gt.Gateway, mt.MediationServer) AS GatewayOut,
    {dialog} AS Dialog
FROM dbo.SessionDetails AS s
LEFT JOIN dbo.VoipDetails AS v
    ON v.SessionIdTime = s.SessionIdTime AND v.SessionIdSeq = s.SessionIdSeq
LEFT JOIN dbo.Locations AS l
    ON l.SessionIdTime = s.SessionIdTime AND l.SessionIdSeq = s.SessionIdSeq
LEFT JOIN dbo.Users AS u1 ON u1.UserId = s.User1Id
LEFT JOIN dbo.Users AS u2 ON u2.UserId = s.User2Id
LEFT JOIN dbo.Users AS st ON st.UserId = s.SessionStartedById
LEFT JOIN dbo.Users AS tg ON tg.UserId = s.TargetUserId
LEFT JOIN dbo.Users AS ob ON ob.UserId = s.OnBehalfOfId
LEFT JOIN dbo.Users AS rf ON rf.UserId = s.ReferredById
LEFT JOIN dbo.ClientVersions AS c1 ON c1.VersionId = s.User1ClientVerId
LEFT JOIN dbo.ClientVersions AS c2 ON c2.VersionId = s.User2ClientVerId
LEFT JOIN dbo.Phones AS pf ON pf.PhoneId = v.FromNumberId
LEFT JOIN dbo.Phones AS pc ON pc.PhoneId = v.ConnectedNumberId
LEFT JOIN dbo.Gateways AS gf ON gf.GatewayId = v.FromGatewayId
LEFT JOIN dbo.Gateways AS gt ON gt.GatewayId = v.ToGatewayId
LEFT JOIN dbo.MediationServers AS mf ON mf.MediationServerId = v.FromMediationServerId
LEFT JOIN dbo.MediationServers AS mt ON mt.MediationServerId = v.ToMediationServerId
{dialogs}
WHERE {these}
    AND (v.SessionIdTime IS NOT NULL OR (s.MediaTypes & 16) = 16)
ORDER BY s.SessionIdTime, s.SessionIdSeq
OFFSET 0 ROWS FETCH NEXT CAST(? AS int) ROWS ONLY
