-- The keys that come so many rows after the first one since a time, one of each table at most: cuts
-- the work into pieces, by the index of the key alone.
SELECT s.key_time AS SessionIdTime
FROM (
    SELECT d.SessionIdTime AS key_time
    FROM dbo.SessionDetails AS d
    WHERE d.SessionIdTime >= CAST(? AS datetime)
    ORDER BY d.SessionIdTime, d.SessionIdSeq
    OFFSET CAST(? AS int) ROWS FETCH NEXT 1 ROWS ONLY
) AS s
UNION ALL
SELECT c.key_time AS SessionIdTime
FROM (
    SELECT d.SessionIdTime AS key_time
    FROM dbo.ConferenceSessionDetails AS d
    WHERE d.SessionIdTime >= CAST(? AS datetime)
    ORDER BY d.SessionIdTime, d.SessionIdSeq
    OFFSET CAST(? AS int) ROWS FETCH NEXT 1 ROWS ONLY
) AS c
