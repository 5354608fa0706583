SELECT MIN(s.SessionIdTime) AS Oldest, MAX(s.SessionIdTime) AS Newest
FROM dbo.SessionDetails AS s
