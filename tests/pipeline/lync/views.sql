-- The vendor's views as its documents describe them, over our tables: from the side that began.
CREATE VIEW dbo.SessionDetailsView AS
SELECT
    s.SessionIdTime AS SessionIdTime,
    s.SessionIdSeq AS SessionIdSeq,
    s.InviteTime AS InviteTime,
    CASE WHEN s.SessionStartedById = s.User2Id THEN u2.UserUri ELSE u1.UserUri END AS FromUri,
    CASE WHEN s.SessionStartedById = s.User2Id THEN t2.UriType ELSE t1.UriType END AS FromUriType,
    CASE WHEN s.SessionStartedById = s.User2Id THEN u1.UserUri ELSE u2.UserUri END AS ToUri,
    CASE WHEN s.SessionStartedById = s.User2Id THEN t1.UriType ELSE t2.UriType END AS ToUriType,
    CASE
        WHEN s.SessionStartedById = s.User2Id THEN c2.ClientType
        ELSE c1.ClientType
    END AS FromClientType,
    CASE
        WHEN s.SessionStartedById = s.User2Id THEN c1.ClientType
        ELSE c2.ClientType
    END AS ToClientType,
    s.SessionEndTime AS EndTime,
    tg.UserUri AS TargetUri,
    tt.UriType AS TargetUriType,
    ob.UserUri AS OnBehalfOfUri,
    tb.UriType AS OnnnBehalfOfUriType,
    rf.UserUri AS ReferredByUri,
    tr.UriType AS ReferredByUriType,
    s.CorrelationId AS CorrelationId,
    s.ReplacesDialogIdTime AS ReplaceDialogIdTime,
    s.ReplacesDialogIdSeq AS ReplaceDialogIdSeq,
    s.ResponseTime AS ResponseTime,
    s.ResponseCode AS ResponseCode,
    s.DiagnosticId AS DiagnosticId,
    p.Priority AS CallPriority,
    s.CallFlag AS CallFlag,
    l.Location AS Location,
    s.LastModifiedTime AS LastModifiedTime
FROM dbo.SessionDetails AS s
LEFT JOIN dbo.Users AS u1 ON u1.UserId = s.User1Id
LEFT JOIN dbo.UriTypes AS t1 ON t1.UriTypeId = u1.UriTypeId
LEFT JOIN dbo.Users AS u2 ON u2.UserId = s.User2Id
LEFT JOIN dbo.UriTypes AS t2 ON t2.UriTypeId = u2.UriTypeId
LEFT JOIN dbo.Users AS tg ON tg.UserId = s.TargetUserId
LEFT JOIN dbo.UriTypes AS tt ON tt.UriTypeId = tg.UriTypeId
LEFT JOIN dbo.Users AS ob ON ob.UserId = s.OnBehalfOfId
LEFT JOIN dbo.UriTypes AS tb ON tb.UriTypeId = ob.UriTypeId
LEFT JOIN dbo.Users AS rf ON rf.UserId = s.ReferredById
LEFT JOIN dbo.UriTypes AS tr ON tr.UriTypeId = rf.UriTypeId
LEFT JOIN dbo.ClientVersions AS c1 ON c1.VersionId = s.User1ClientVerId
LEFT JOIN dbo.ClientVersions AS c2 ON c2.VersionId = s.User2ClientVerId
LEFT JOIN dbo.CallPriorities AS p ON p.PriorityId = s.CallPriority
LEFT JOIN dbo.Locations AS l
    ON l.SessionIdTime = s.SessionIdTime AND l.SessionIdSeq = s.SessionIdSeq;
CREATE VIEW dbo.VoIPDetailsView AS
SELECT
    v.SessionIdTime AS SessionIdTime,
    v.SessionIdSeq AS SessionIdSeq,
    pf.PhoneUri AS FromPhone,
    pc.PhoneUri AS ToPhone,
    mf.MediationServer AS FromMediationServer,
    mt.MediationServer AS ToMediationServer,
    gf.Gateway AS FromGateway,
    gt.Gateway AS ToGateway
FROM dbo.VoipDetails AS v
LEFT JOIN dbo.Phones AS pf ON pf.PhoneId = v.FromNumberId
LEFT JOIN dbo.Phones AS pc ON pc.PhoneId = v.ConnectedNumberId
LEFT JOIN dbo.MediationServers AS mf ON mf.MediationServerId = v.FromMediationServerId
LEFT JOIN dbo.MediationServers AS mt ON mt.MediationServerId = v.ToMediationServerId
LEFT JOIN dbo.Gateways AS gf ON gf.GatewayId = v.FromGatewayId
LEFT JOIN dbo.Gateways AS gt ON gt.GatewayId = v.ToGatewayId;
CREATE VIEW dbo.MediaView AS
SELECT s.SessionIdTime AS SessionIdTime, s.SessionIdSeq AS SessionIdSeq, m.Media AS Media
FROM dbo.SessionDetails AS s
INNER JOIN dbo.MediaList AS m
    ON (m.MediaId = 1 AND (s.MediaTypes & 1) = 1)
    OR (m.MediaId = 5 AND (s.MediaTypes & 16) = 16)
    OR (m.MediaId = 6 AND (s.MediaTypes & 32) = 32);
CREATE VIEW dbo.ConferenceSessionDetailsView AS
SELECT
    s.SessionIdTime AS SessionIdTime,
    s.SessionIdSeq AS SessionIdSeq,
    s.InviteTime AS InviteTime,
    cu.ConferenceUri AS ConferenceUri,
    s.ConfInstance AS ConfInstance,
    u.UserUri AS UserUri,
    t.UriType AS UserUriType,
    s.SessionEndTime AS EndTime,
    cv.ClientType AS UserClientType,
    rf.UserUri AS ReferredByUri,
    tr.UriType AS ReferredByUriType,
    s.ReplacesDialogIdTime AS ReplaceDialogIdTime,
    s.ReplacesDialogIdSeq AS ReplaceDialogIdSeq,
    s.IsStartedByConfServer AS IsStartedByConfServer,
    s.ResponseTime AS ResponseTime,
    s.ResponseCode AS ResponseCode,
    s.DiagnosticId AS DiagnosticId,
    m.MediationServer AS MediationServer,
    g.Gateway AS Gateway,
    s.CallFlag AS CallFlag
FROM dbo.ConferenceSessionDetails AS s
LEFT JOIN dbo.ConferenceUris AS cu ON cu.ConferenceUriId = s.ConferenceUriId
LEFT JOIN dbo.Users AS u ON u.UserId = s.UserId
LEFT JOIN dbo.UriTypes AS t ON t.UriTypeId = u.UriTypeId
LEFT JOIN dbo.Users AS rf ON rf.UserId = s.ReferredById
LEFT JOIN dbo.UriTypes AS tr ON tr.UriTypeId = rf.UriTypeId
LEFT JOIN dbo.ClientVersions AS cv ON cv.VersionId = s.UserClientVersionId
LEFT JOIN dbo.MediationServers AS m ON m.MediationServerId = s.MediationServerId
LEFT JOIN dbo.Gateways AS g ON g.GatewayId = s.GatewayId;
CREATE VIEW dbo.ConferencesView AS
SELECT
    c.SessionIdTime AS SessionIdTime,
    c.SessionIdSeq AS SessionIdSeq,
    cu.ConferenceUri AS ConferenceUri,
    c.ConfInstance AS ConfInstance,
    u.UserUri AS OrganizerUri,
    t.UriType AS OrganizerType,
    c.Flag AS Flag
FROM dbo.Conferences AS c
LEFT JOIN dbo.ConferenceUris AS cu ON cu.ConferenceUriId = c.ConferenceUriId
LEFT JOIN dbo.Users AS u ON u.UserId = c.OrganizerId
LEFT JOIN dbo.UriTypes AS t ON t.UriTypeId = u.UriTypeId
