create table catalog_search_doc (
    product_id uuid not null primary key,
    words tsvector not null
)
---
create index catalog_search_words on catalog_search_doc using gin (words)
---
create table catalog_search_stale (
    product_id uuid not null primary key
)
---
create table catalog_search_word (
    stem text collate "C" not null primary key,
    written text not null,
    uses bigint not null
)
---
create function catalog_search_mark() returns trigger language plpgsql as $$ begin insert into catalog_search_stale (product_id) select id from changed on conflict do nothing; return null; end $$
---
create trigger catalog_search_on_insert after insert on catalog_product referencing new table as changed for each statement execute function catalog_search_mark()
---
create function catalog_search_mark_changed() returns trigger language plpgsql as $$ begin insert into catalog_search_stale (product_id) select n.id from changed n join former o on o.id = n.id where (n.name, n.sku, n.vendor, n.plain, n.category_id) is distinct from (o.name, o.sku, o.vendor, o.plain, o.category_id) on conflict do nothing; return null; end $$
---
create trigger catalog_search_on_update after update on catalog_product referencing old table as former new table as changed for each statement execute function catalog_search_mark_changed()
---
create trigger catalog_search_on_delete after delete on catalog_product referencing old table as changed for each statement execute function catalog_search_mark()
---
insert into catalog_search_stale (product_id) select id from catalog_product
