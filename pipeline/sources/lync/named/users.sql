-- The parties of sessions.
SELECT n.UserId AS Number, n.UserUri AS Uri, n.UriTypeId AS Type
FROM dbo.Users AS n
WHERE {these}
