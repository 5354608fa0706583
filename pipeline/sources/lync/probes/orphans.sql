-- Rows without their other half. The parameters are the begin and the end of the period, for each of
-- the three counts.
SELECT
    (
        SELECT COUNT(*) FROM dbo.VoipDetails AS v
        WHERE v.SessionIdTime >= CAST(? AS datetime) AND v.SessionIdTime < CAST(? AS datetime)
    ) AS VoipRows,
    (
        SELECT COUNT(*) FROM dbo.VoipDetails AS v
        LEFT JOIN dbo.SessionDetails AS s
            ON s.SessionIdTime = v.SessionIdTime AND s.SessionIdSeq = v.SessionIdSeq
        WHERE v.SessionIdTime >= CAST(? AS datetime) AND v.SessionIdTime < CAST(? AS datetime)
            AND s.SessionIdTime IS NULL
    ) AS VoipWithoutSession,
    (
        SELECT COUNT(*) FROM dbo.SessionDetails AS s
        LEFT JOIN dbo.VoipDetails AS v
            ON v.SessionIdTime = s.SessionIdTime AND v.SessionIdSeq = s.SessionIdSeq
        WHERE s.SessionIdTime >= CAST(? AS datetime) AND s.SessionIdTime < CAST(? AS datetime)
            AND (s.MediaTypes & 16) = 16 AND v.SessionIdTime IS NULL
    ) AS AudioWithoutVoip
