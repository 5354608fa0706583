-- The keys in a range of time of sessions that the server has changed since another time. It keeps
-- no index of that: the range must be short.
SELECT d.SessionIdTime AS SessionIdTime
FROM dbo.SessionDetails AS d
WHERE d.SessionIdTime >= CAST(? AS datetime)
    AND d.SessionIdTime < CAST(? AS datetime)
    AND d.LastModifiedTime >= CAST(? AS datetime)
UNION ALL
SELECT d.SessionIdTime AS SessionIdTime
FROM dbo.VoipDetails AS d
WHERE d.SessionIdTime >= CAST(? AS datetime)
    AND d.SessionIdTime < CAST(? AS datetime)
    AND d.LastModifiedTime >= CAST(? AS datetime)
UNION ALL
SELECT d.SessionIdTime AS SessionIdTime
FROM dbo.ConferenceSessionDetails AS d
WHERE d.SessionIdTime >= CAST(? AS datetime)
    AND d.SessionIdTime < CAST(? AS datetime)
    AND d.LastModifiedTime >= CAST(? AS datetime)
