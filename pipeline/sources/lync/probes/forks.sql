-- How many rows one ringing makes: calls from the PSTN that share the caller and the second in which
-- they were invited. The parameters are since when to look (twice) and until when: a nonsense time
-- would overflow the difference.
SELECT k.rows_of_ringing AS RowsOfRinging, COUNT(*) AS Ringings
FROM (
    SELECT COUNT(*) AS rows_of_ringing
    FROM dbo.SessionDetails AS s
    JOIN dbo.VoipDetails AS v
        ON v.SessionIdTime = s.SessionIdTime AND v.SessionIdSeq = s.SessionIdSeq
    WHERE s.SessionIdTime >= CAST(? AS datetime)
        AND s.InviteTime >= CAST(? AS datetime)
        AND s.InviteTime < CAST(? AS datetime)
        AND v.FromNumberId IS NOT NULL
        AND (v.FromGatewayId IS NOT NULL OR v.FromMediationServerId IS NOT NULL)
    GROUP BY v.FromNumberId, DATEDIFF(second, '2000-01-01', s.InviteTime)
) AS k
GROUP BY k.rows_of_ringing
