create table catalog_search_doc (
    n integer not null primary key,
    product_id blob not null unique
)
---
create virtual table catalog_search using fts5(name, facts, body, content='', contentless_delete=1, detail=column, tokenize="unicode61 remove_diacritics 0")
---
create table catalog_search_stale (
    product_id blob not null primary key
) without rowid
---
create table catalog_search_word (
    stem text not null primary key,
    written text not null,
    uses integer not null
) without rowid
---
create trigger catalog_search_on_insert after insert on catalog_product begin insert into catalog_search_stale (product_id) select new.id where not exists (select 1 from catalog_search_stale s where s.product_id = new.id); end
---
create trigger catalog_search_on_update after update of name, sku, vendor, plain, category_id on catalog_product begin insert into catalog_search_stale (product_id) select new.id where not exists (select 1 from catalog_search_stale s where s.product_id = new.id); end
---
create trigger catalog_search_on_delete after delete on catalog_product begin insert into catalog_search_stale (product_id) select old.id where not exists (select 1 from catalog_search_stale s where s.product_id = old.id); end
---
insert into catalog_search_stale (product_id) select id from catalog_product
