-- The telephone numbers of sessions.
SELECT n.PhoneId AS Number, n.PhoneUri AS Phone
FROM dbo.Phones AS n
WHERE n.PhoneId IN (
    CAST(? AS int),
    CAST(? AS int) …
)
