SELECT
    CASE WHEN p.EnablePurge = 1 THEN 1 ELSE 0 END AS Enabled,
    p.KeepCallDetailForDays AS KeepDays,
    p.PurgeHour AS PurgeHour
FROM dbo.PurgeSettings AS p
