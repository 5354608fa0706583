SELECT t.UriTypeId AS UriTypeId, t.UriType AS UriType FROM dbo.UriTypes AS t
