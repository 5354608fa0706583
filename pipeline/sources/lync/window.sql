-- Sessions behind a key (its time twice, then its sequence), whose time is before another.
s.SessionIdTime >= CAST(? AS datetime)
    AND (s.SessionIdTime > CAST(? AS datetime) OR s.SessionIdSeq > CAST(? AS int))
    AND s.SessionIdTime < CAST(? AS datetime)
