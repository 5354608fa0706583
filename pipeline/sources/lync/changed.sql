-- Changed since a time, wherever the server notes changes (2015 and later).
s.LastModifiedTime >= CAST(? AS datetime)
