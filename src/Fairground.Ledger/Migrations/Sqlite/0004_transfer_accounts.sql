-- On SQLite they cost little, and nothing but writing all transfers anew would drop them.
select 1
