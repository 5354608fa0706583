-- Joined to sessions.sql and conference_legs.sql where other sources may have the same sessions: what
-- SIP calls a session, the same in every database. The key is that of the sessions.
LEFT JOIN dbo.Dialogs AS d
    ON d.SessionIdTime = s.SessionIdTime AND d.SessionIdSeq = s.SessionIdSeq
