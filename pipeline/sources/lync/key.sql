-- The session of one key: its time, its sequence.
s.SessionIdTime = CAST(? AS datetime) AND s.SessionIdSeq = CAST(? AS int)
