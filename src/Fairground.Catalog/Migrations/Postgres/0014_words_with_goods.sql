alter table catalog_product add column words_written integer not null default 0
---
create function catalog_search_mark_new() returns trigger language plpgsql as $$ begin insert into catalog_search_stale (product_id) select id from changed where words_written = 0 on conflict do nothing; return null; end $$
---
drop trigger catalog_search_on_insert on catalog_product
---
create trigger catalog_search_on_insert after insert on catalog_product referencing new table as changed for each statement execute function catalog_search_mark_new()
