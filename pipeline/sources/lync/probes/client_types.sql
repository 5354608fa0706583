SELECT a.UAType AS ClientType, a.UAName AS ClientName, a.UACategory AS Category
FROM dbo.UserAgentDef AS a
