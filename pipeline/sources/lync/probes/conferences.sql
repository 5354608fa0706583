-- Sessions between conferences and the PSTN, and whether they are calls in another table too. Parameter: since
-- when to look.
SELECT k.dial_out AS DialOut, COUNT(*) AS Legs, SUM(k.doubled) AS Doubled
FROM (
    SELECT
        CASE WHEN d.IsStartedByConfServer = 1 THEN 1 ELSE 0 END AS dial_out,
        CASE
            WHEN s.SessionIdTime IS NOT NULL
                AND (v.SessionIdTime IS NOT NULL OR (s.MediaTypes & 16) = 16) THEN 1
            ELSE 0
        END AS doubled
    FROM dbo.ConferenceSessionDetails AS d
    LEFT JOIN dbo.SessionDetails AS s
        ON s.SessionIdTime = d.SessionIdTime AND s.SessionIdSeq = d.SessionIdSeq
    LEFT JOIN dbo.VoipDetails AS v
        ON v.SessionIdTime = d.SessionIdTime AND v.SessionIdSeq = d.SessionIdSeq
    WHERE d.SessionIdTime >= CAST(? AS datetime)
        AND (d.GatewayId IS NOT NULL OR d.MediationServerId IS NOT NULL)
) AS k
GROUP BY k.dial_out
