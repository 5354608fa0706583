SELECT MIN(k.SessionIdTime) AS SessionIdTime
FROM (
    SELECT MIN(s.SessionIdTime) AS SessionIdTime FROM dbo.SessionDetails AS s
    WHERE s.SessionIdTime >= CAST(? AS datetime)
    UNION ALL
    SELECT MIN(d.SessionIdTime) AS SessionIdTime FROM dbo.ConferenceSessionDetails AS d
    WHERE d.SessionIdTime >= CAST(? AS datetime)
) AS k
