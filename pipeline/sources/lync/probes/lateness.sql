-- Since 2015: how long after the end of a session its row was written last, in seconds. The parameter
-- is since when to look, three times: a nonsense time would overflow the difference.
SELECT
    COUNT(*) AS Sessions,
    SUM(CASE WHEN k.late_s > 3600 THEN 1 ELSE 0 END) AS OverAnHour,
    MIN(k.late_s) AS LeastS,
    MAX(k.late_s) AS MostS
FROM (
    SELECT DATEDIFF(second, s.SessionEndTime, s.LastModifiedTime) AS late_s
    FROM dbo.SessionDetails AS s
    WHERE s.SessionIdTime >= CAST(? AS datetime)
        AND s.SessionEndTime >= CAST(? AS datetime)
        AND s.LastModifiedTime >= CAST(? AS datetime)
) AS k
