-- One row per session between a conference and the PSTN, which no other table records.
-- The same parameters and order as the sessions. A conference may be recorded several times
-- (occurrences, restarts); its organiser is a part of its address and thus always the same.
SELECT
    d.SessionIdTime AS SessionIdTime,
    d.SessionIdSeq AS SessionIdSeq,
    d.ReplacesDialogIdTime AS ReplacesTime,
    d.ReplacesDialogIdSeq AS ReplacesSeq,
    d.InviteTime AS InviteTime,
    d.ResponseTime AS ResponseTime,
    d.SessionEndTime AS SessionEndTime,
    d.ResponseCode AS ResponseCode,
    d.DiagnosticId AS DiagnosticId,
    d.CallFlag AS CallFlag,
    CASE WHEN d.IsStartedByConfServer = 1 THEN 1 ELSE 0 END AS DialOut,
    cu.ConferenceUri AS ConferenceUri,
    d.ConfInstance AS ConferenceInstance,
    COALESCE(c.Synthetic, 0) AS Synthetic,
    u.UserUri AS ParticipantUri,
    u.UriTypeId AS ParticipantType,
    cv.ClientType AS ParticipantClientType,
    rf.UserUri AS ReferrerUri,
    rf.UriTypeId AS ReferrerType,
    og.UserUri AS OrganizerUri,
    og.UriTypeId AS OrganizerType,
    COALESCE(g.Gateway, m.MediationServer) AS Gateway
FROM dbo.ConferenceSessionDetails AS d
LEFT JOIN (
    SELECT
        ConferenceUriId,
        MIN(OrganizerId) AS OrganizerId,
        MAX(CASE WHEN (Flag & 1) = 1 THEN 1 ELSE 0 END) AS Synthetic
    FROM dbo.Conferences
    GROUP BY ConferenceUriId
) AS c ON c.ConferenceUriId = d.ConferenceUriId
LEFT JOIN dbo.ConferenceUris AS cu ON cu.ConferenceUriId = d.ConferenceUriId
LEFT JOIN dbo.Users AS u ON u.UserId = d.UserId
LEFT JOIN dbo.Users AS rf ON rf.UserId = d.ReferredById
LEFT JOIN dbo.Users AS og ON og.UserId = c.OrganizerId
LEFT JOIN dbo.ClientVersions AS cv ON cv.VersionId = d.UserClientVersionId
LEFT JOIN dbo.Gateways AS g ON g.GatewayId = d.GatewayId
LEFT JOIN dbo.MediationServers AS m ON m.MediationServerId = d.MediationServerId
WHERE d.SessionIdTime >= CAST(? AS datetime)
    AND (d.SessionIdTime > CAST(? AS datetime) OR d.SessionIdSeq > ?)
    AND d.SessionIdTime < CAST(? AS datetime)
    AND (d.GatewayId IS NOT NULL OR d.MediationServerId IS NOT NULL)
ORDER BY d.SessionIdTime, d.SessionIdSeq
OFFSET 0 ROWS FETCH NEXT ? ROWS ONLY
