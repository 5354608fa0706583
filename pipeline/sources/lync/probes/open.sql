-- How many calls have no end, by how old they are and what was answered. Parameters: an hour ago, a
-- day ago, since when to look.
SELECT
    k.age AS Age,
    k.answer AS Answer,
    COUNT(*) AS Sessions,
    SUM(k.is_open) AS OpenSessions
FROM (
    SELECT
        CASE
            WHEN s.SessionIdTime >= CAST(? AS datetime) THEN 'hour'
            WHEN s.SessionIdTime >= CAST(? AS datetime) THEN 'day'
            ELSE 'older'
        END AS age,
        CASE
            WHEN s.ResponseCode >= 300 THEN 'refused'
            WHEN s.ResponseCode >= 200 THEN 'answered'
            ELSE 'none'
        END AS answer,
        CASE WHEN s.SessionEndTime IS NULL THEN 1 ELSE 0 END AS is_open
    FROM dbo.SessionDetails AS s
    LEFT JOIN dbo.VoipDetails AS v
        ON v.SessionIdTime = s.SessionIdTime AND v.SessionIdSeq = s.SessionIdSeq
    WHERE s.SessionIdTime >= CAST(? AS datetime)
        AND (v.SessionIdTime IS NOT NULL OR (s.MediaTypes & 16) = 16)
) AS k
GROUP BY k.age, k.answer
