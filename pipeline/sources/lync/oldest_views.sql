SELECT MIN(k.first_time) AS SessionIdTime
FROM (
    SELECT MIN(s.SessionIdTime) AS first_time FROM dbo.SessionDetailsView AS s
    WHERE s.SessionIdTime >= CAST(? AS datetime)
    UNION ALL
    SELECT MIN(d.SessionIdTime) AS first_time FROM dbo.ConferenceSessionDetailsView AS d
    WHERE d.SessionIdTime >= CAST(? AS datetime)
) AS k
