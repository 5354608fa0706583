-- One row per session between a conference and the PSTN, which no other table records. Condition and
-- parameters are as in sessions.sql. A conference may be recorded several times (occurrences,
-- restarts); its organiser is a part of its address and thus always the same. Names of our own are
-- in small letters: not every server finds others again where case counts.
SELECT
    s.SessionIdTime AS SessionIdTime,
    s.SessionIdSeq AS SessionIdSeq,
    s.ReplaceDialogIdTime AS ReplacesTime,
    s.ReplaceDialogIdSeq AS ReplacesSeq,
    s.InviteTime AS InviteTime,
    s.ResponseTime AS ResponseTime,
    s.SessionEndTime AS SessionEndTime,
    s.ResponseCode AS ResponseCode,
    s.DiagnosticId AS DiagnosticId,
    s.CallFlag AS CallFlag,
    CASE WHEN s.IsStartedByConfServer = 1 THEN 1 ELSE 0 END AS DialOut,
    cu.ConferenceUri AS ConferenceUri,
    s.ConfInstance AS ConferenceInstance,
    COALESCE(c.synthetic, 0) AS Synthetic,
    u.UserUri AS ParticipantUri,
    u.UriTypeId AS ParticipantType,
    cv.ClientType AS ParticipantClientType,
    rf.UserUri AS ReferrerUri,
    rf.UriTypeId AS ReferrerType,
    og.UserUri AS OrganizerUri,
    og.UriTypeId AS OrganizerType,
    COALESCE(g.Gateway, m.MediationServer) AS Gateway,
    CAST(NULL AS varbinary(1)) AS Dialog
FROM dbo.ConferenceSessionDetails AS s
LEFT JOIN (
    SELECT
        o.ConferenceUriId AS uri_id,
        MIN(o.OrganizerId) AS organizer_id,
        MAX(CASE WHEN (o.Flag & 1) = 1 THEN 1 ELSE 0 END) AS synthetic
    FROM dbo.Conferences AS o
    GROUP BY o.ConferenceUriId
) AS c ON c.uri_id = s.ConferenceUriId
LEFT JOIN dbo.ConferenceUris AS cu ON cu.ConferenceUriId = s.ConferenceUriId
LEFT JOIN dbo.Users AS u ON u.UserId = s.UserId
LEFT JOIN dbo.Users AS rf ON rf.UserId = s.ReferredById
LEFT JOIN dbo.Users AS og ON og.UserId = c.organizer_id
LEFT JOIN dbo.ClientVersions AS cv ON cv.VersionId = s.UserClientVersionId
LEFT JOIN dbo.Gateways AS g ON g.GatewayId = s.GatewayId
LEFT JOIN dbo.MediationServers AS m ON m.MediationServerId = s.MediationServerId
WHERE s.SessionIdTime >= CAST(? AS datetime)
    AND (s.SessionIdTime > CAST(? AS datetime) OR s.SessionIdSeq > CAST(? AS int))
    AND s.SessionIdTime < CAST(? AS datetime)
    AND (s.GatewayId IS NOT NULL OR s.MediationServerId IS NOT NULL)
ORDER BY s.SessionIdTime, s.SessionIdSeq
OFFSET 0 ROWS FETCH NEXT CAST(? AS int) ROWS ONLY
