-- SQL Server only. The leading column of every index of the tables that polls read by time.
SELECT t.name AS TableName, c.name AS ColumnName
FROM sys.indexes AS i
JOIN sys.objects AS t ON t.object_id = i.object_id
JOIN sys.index_columns AS k ON k.object_id = i.object_id AND k.index_id = i.index_id
JOIN sys.columns AS c ON c.object_id = k.object_id AND c.column_id = k.column_id
WHERE k.key_ordinal = 1
    AND t.name IN ('SessionDetails', 'VoipDetails', 'ConferenceSessionDetails')
