-- A table of SQLite keeps its references as long as it is not written anew, and they cost little there.
select 1
