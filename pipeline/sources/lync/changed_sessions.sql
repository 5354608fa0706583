-- Changed since a time (given twice), wherever the server notes changes (2015 and later). Telephony
-- details may come later than their session.
s.LastModifiedTime >= CAST(? AS datetime) OR v.LastModifiedTime >= CAST(? AS datetime)
