SELECT MIN(k.SessionIdTime) AS SessionIdTime
FROM (
    SELECT MIN(s.SessionIdTime) AS SessionIdTime FROM dbo.SessionDetails AS s
    UNION ALL
    SELECT MIN(d.SessionIdTime) AS SessionIdTime FROM dbo.ConferenceSessionDetails AS d
) AS k
