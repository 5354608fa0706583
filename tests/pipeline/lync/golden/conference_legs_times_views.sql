-- conference_legs.sql for a login that may read only the views.
SELECT
    s.SessionIdTime AS SessionIdTime,
    s.SessionIdSeq AS SessionIdSeq,
    s.ReplacesDialogIdTime AS ReplacesTime,
    s.ReplacesDialogIdSeq AS ReplacesSeq,
    s.InviteTime AS InviteTime,
    s.ResponseTime AS ResponseTime,
    s.EndTime AS SessionEndTime,
    s.ResponseCode AS ResponseCode,
    s.DiagnosticId AS DiagnosticId,
    s.CallFlag AS CallFlag,
    CASE WHEN s.IsStartedByConfServer = 1 THEN 1 ELSE 0 END AS DialOut,
    s.ConferenceUri AS ConferenceUri,
    s.ConfInstance AS ConferenceInstance,
    COALESCE(c.synthetic, 0) AS Synthetic,
    s.UserUri AS ParticipantUri,
    CASE
        WHEN LOWER(s.UserUriType) LIKE 'phone%' THEN 0
        WHEN s.UserUriType IS NOT NULL THEN 1
    END AS ParticipantType,
    s.UserClientType AS ParticipantClientType,
    s.ReferredByUri AS ReferrerUri,
    CASE
        WHEN LOWER(s.ReferredByUriType) LIKE 'phone%' THEN 0
        WHEN s.ReferredByUriType IS NOT NULL THEN 1
    END AS ReferrerType,
    c.organizer AS OrganizerUri,
    c.organizer_type AS OrganizerType,
    COALESCE(s.Gateway, s.MediationServer) AS Gateway,
    CAST(NULL AS varbinary(1)) AS Dialog
FROM dbo.ConferenceSessionDetailsView AS s
LEFT JOIN (
    SELECT
        o.ConferenceUri AS uri,
        MIN(o.OrganizerUri) AS organizer,
        MIN(CASE WHEN LOWER(o.OrganizerType) LIKE 'phone%' THEN 0 ELSE 1 END) AS organizer_type,
        MAX(CASE WHEN (o.Flag & 1) = 1 THEN 1 ELSE 0 END) AS synthetic
    FROM dbo.ConferencesView AS o
    GROUP BY o.ConferenceUri
) AS c ON c.uri = s.ConferenceUri
WHERE s.SessionIdTime IN (
        CAST(? AS datetime),
        CAST(? AS datetime) …
    )
    AND (s.Gateway IS NOT NULL OR s.MediationServer IS NOT NULL)
ORDER BY s.SessionIdTime, s.SessionIdSeq
OFFSET 0 ROWS FETCH NEXT CAST(? AS int) ROWS ONLY
