-- The parties of sessions.
SELECT n.UserId AS Number, n.UserUri AS Uri, n.UriTypeId AS Type
FROM dbo.Users AS n
WHERE n.UserId BETWEEN CAST(? AS int) AND CAST(? AS int)
