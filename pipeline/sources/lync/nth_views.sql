-- nth.sql for a login that may read only the views.
SELECT s.SessionIdTime AS SessionIdTime
FROM (
    SELECT d.SessionIdTime AS SessionIdTime
    FROM dbo.SessionDetailsView AS d
    WHERE d.SessionIdTime >= CAST(? AS datetime)
    ORDER BY d.SessionIdTime, d.SessionIdSeq
    OFFSET CAST(? AS int) ROWS FETCH NEXT 1 ROWS ONLY
) AS s
UNION ALL
SELECT c.SessionIdTime AS SessionIdTime
FROM (
    SELECT d.SessionIdTime AS SessionIdTime
    FROM dbo.ConferenceSessionDetailsView AS d
    WHERE d.SessionIdTime >= CAST(? AS datetime)
    ORDER BY d.SessionIdTime, d.SessionIdSeq
    OFFSET CAST(? AS int) ROWS FETCH NEXT 1 ROWS ONLY
) AS c
