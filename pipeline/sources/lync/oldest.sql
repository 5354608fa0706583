SELECT MIN(k.first_time) AS SessionIdTime
FROM (
    SELECT MIN(s.SessionIdTime) AS first_time FROM dbo.SessionDetails AS s
    WHERE s.SessionIdTime >= CAST(? AS datetime)
    UNION ALL
    SELECT MIN(d.SessionIdTime) AS first_time FROM dbo.ConferenceSessionDetails AS d
    WHERE d.SessionIdTime >= CAST(? AS datetime)
) AS k
