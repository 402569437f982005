alter table catalog_product add column words_written integer not null default 0
---
drop trigger catalog_search_on_insert
---
create trigger catalog_search_on_insert after insert on catalog_product when new.words_written = 0 begin insert into catalog_search_stale (product_id) select new.id where not exists (select 1 from catalog_search_stale s where s.product_id = new.id); end
---
drop trigger catalog_search_on_update
---
create trigger catalog_search_on_update after update of name, sku, vendor, plain, category_id on catalog_product when (new.name, new.sku, new.vendor, new.plain, new.category_id) is not (old.name, old.sku, old.vendor, old.plain, old.category_id) begin insert into catalog_search_stale (product_id) select new.id where not exists (select 1 from catalog_search_stale s where s.product_id = new.id); end
