insert into legs select *, $file from incoming
