alter table catalog_search_doc add column name_length integer not null default 0
---
alter table catalog_search_doc add column active integer not null default 0
---
alter table catalog_search_doc add column price_minor integer not null default 0
---
update catalog_search_doc set name_length = length(p.name), active = p.active, price_minor = p.price_minor from catalog_product p where p.id = catalog_search_doc.product_id
---
create trigger catalog_search_on_price after update of active, price_minor on catalog_product when (new.active, new.price_minor) is not (old.active, old.price_minor) begin update catalog_search_doc set active = new.active, price_minor = new.price_minor where product_id = new.id; end
---
create trigger catalog_search_on_gone after delete on catalog_product begin update catalog_search_doc set active = 0 where product_id = old.id; end
---
insert into catalog_search_stale (product_id) select p.id from catalog_product p where not exists (select 1 from catalog_search_stale s where s.product_id = p.id)
