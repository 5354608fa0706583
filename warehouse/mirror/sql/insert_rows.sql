insert into {into} ({columns}) values ({marks})
