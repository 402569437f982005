alter table catalog_search_doc add column name_length integer not null default 0
---
alter table catalog_search_doc add column active integer not null default 0
---
alter table catalog_search_doc add column price_minor bigint not null default 0
---
update catalog_search_doc d set name_length = length(p.name), active = p.active, price_minor = p.price_minor from catalog_product p where p.id = d.product_id
---
create or replace function catalog_search_mark_changed() returns trigger language plpgsql as $$ begin insert into catalog_search_stale (product_id) select n.id from changed n join former o on o.id = n.id where (n.name, n.sku, n.vendor, n.plain, n.category_id) is distinct from (o.name, o.sku, o.vendor, o.plain, o.category_id) or ((n.active, n.price_minor) is distinct from (o.active, o.price_minor) and not exists (select 1 from catalog_search_doc d where d.product_id = n.id)) on conflict do nothing; update catalog_search_doc d set active = n.active, price_minor = n.price_minor from changed n join former o on o.id = n.id where d.product_id = n.id and (n.active, n.price_minor) is distinct from (o.active, o.price_minor); return null; end $$
---
create function catalog_search_mark_gone() returns trigger language plpgsql as $$ begin insert into catalog_search_stale (product_id) select id from changed on conflict do nothing; update catalog_search_doc d set active = 0 from changed n where d.product_id = n.id; return null; end $$
---
drop trigger catalog_search_on_delete on catalog_product
---
create trigger catalog_search_on_delete after delete on catalog_product referencing old table as changed for each statement execute function catalog_search_mark_gone()
---
insert into catalog_search_stale (product_id) select id from catalog_product on conflict do nothing
