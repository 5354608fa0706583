-- One row per session that may be a call: it has telephony details, or its media include audio.
-- Whom and what it names by numbers, other questions tell (named/): once each, not with every
-- session. Joins follow primary keys only, so none can double a row. Which sessions: window.sql,
-- key.sql, changed_sessions.sql. Rows come in order of the key, at most as many as the last
-- parameter says.
SELECT
    s.SessionIdTime AS SessionIdTime,
    s.SessionIdSeq AS SessionIdSeq,
    s.CorrelationId AS CorrelationId,
    s.ReplaceDialogIdTime AS ReplacesTime,
    s.ReplaceDialogIdSeq AS ReplacesSeq,
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
    s.User1ClientVerId AS Client1Id,
    s.User2Id AS User2Id,
    s.User2ClientVerId AS Client2Id,
    s.SessionStartedById AS StarterId,
    s.TargetUserId AS TargetId,
    s.OnBehalfOfId AS BehalfId,
    s.ReferredById AS ReferrerId,
    v.FromNumberId AS FromNumberId,
    v.ConnectedNumberId AS ConnectedNumberId,
    v.FromGatewayId AS FromGatewayId,
    v.ToGatewayId AS ToGatewayId,
    v.FromMediationServerId AS FromServerId,
    v.ToMediationServerId AS ToServerId,
    CAST(NULL AS varbinary(1)) AS Dialog
FROM dbo.SessionDetails AS s
LEFT JOIN dbo.VoipDetails AS v
    ON v.SessionIdTime = s.SessionIdTime AND v.SessionIdSeq = s.SessionIdSeq
LEFT JOIN dbo.Locations AS l
    ON l.SessionIdTime = s.SessionIdTime AND l.SessionIdSeq = s.SessionIdSeq
WHERE s.SessionIdTime >= CAST(? AS datetime)
    AND (s.SessionIdTime > CAST(? AS datetime) OR s.SessionIdSeq > CAST(? AS int))
    AND s.SessionIdTime < CAST(? AS datetime)
    AND (v.SessionIdTime IS NOT NULL OR (s.MediaTypes & 16) = 16)
ORDER BY s.SessionIdTime, s.SessionIdSeq
OFFSET 0 ROWS FETCH NEXT CAST(? AS int) ROWS ONLY
