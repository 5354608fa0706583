delete from legs
where rowid in (select place from stored)
