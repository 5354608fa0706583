-- The numbers of recent calls, each once, so many at most. Parameters: since when to look (twice),
-- and how many.
SELECT p.PhoneUri AS PhoneUri
FROM dbo.Phones AS p
JOIN (
    SELECT v.FromNumberId AS phone_id FROM dbo.VoipDetails AS v
    WHERE v.SessionIdTime >= CAST(? AS datetime)
    UNION
    SELECT v.ConnectedNumberId AS phone_id FROM dbo.VoipDetails AS v
    WHERE v.SessionIdTime >= CAST(? AS datetime)
) AS k ON k.phone_id = p.PhoneId
ORDER BY p.PhoneId DESC
OFFSET 0 ROWS FETCH NEXT CAST(? AS int) ROWS ONLY
