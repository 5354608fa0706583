-- nth.sql for a login that may read only the views.
SELECT s.key_time AS SessionIdTime
FROM (
    SELECT d.SessionIdTime AS key_time
    FROM dbo.SessionDetailsView AS d
    WHERE d.SessionIdTime >= CAST(? AS datetime)
    ORDER BY d.SessionIdTime, d.SessionIdSeq
    OFFSET CAST(? AS int) ROWS FETCH NEXT 1 ROWS ONLY
) AS s
UNION ALL
SELECT c.key_time AS SessionIdTime
FROM (
    SELECT d.SessionIdTime AS key_time
    FROM dbo.ConferenceSessionDetailsView AS d
    WHERE d.SessionIdTime >= CAST(? AS datetime)
    ORDER BY d.SessionIdTime, d.SessionIdSeq
    OFFSET CAST(? AS int) ROWS FETCH NEXT 1 ROWS ONLY
) AS c
