SELECT MIN(k.SessionIdTime) AS SessionIdTime
FROM (
    SELECT MIN(s.SessionIdTime) AS SessionIdTime FROM dbo.SessionDetailsView AS s
    WHERE s.SessionIdTime >= CAST(? AS datetime)
    UNION ALL
    SELECT MIN(d.SessionIdTime) AS SessionIdTime FROM dbo.ConferenceSessionDetailsView AS d
    WHERE d.SessionIdTime >= CAST(? AS datetime)
) AS k
