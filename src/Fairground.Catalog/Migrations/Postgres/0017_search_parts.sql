alter table catalog_search_doc rename to catalog_search_whole
---
alter table catalog_search_whole rename constraint catalog_search_doc_pkey to catalog_search_whole_pkey
---
drop index catalog_search_words
---
create table catalog_search_doc (
    product_id uuid not null primary key,
    words tsvector not null,
    name_length integer not null default 0,
    active integer not null default 0,
    price_minor bigint not null default 0
) partition by hash (product_id)
---
create table catalog_search_doc_00 partition of catalog_search_doc for values with (modulus 16, remainder 0)
---
create table catalog_search_doc_01 partition of catalog_search_doc for values with (modulus 16, remainder 1)
---
create table catalog_search_doc_02 partition of catalog_search_doc for values with (modulus 16, remainder 2)
---
create table catalog_search_doc_03 partition of catalog_search_doc for values with (modulus 16, remainder 3)
---
create table catalog_search_doc_04 partition of catalog_search_doc for values with (modulus 16, remainder 4)
---
create table catalog_search_doc_05 partition of catalog_search_doc for values with (modulus 16, remainder 5)
---
create table catalog_search_doc_06 partition of catalog_search_doc for values with (modulus 16, remainder 6)
---
create table catalog_search_doc_07 partition of catalog_search_doc for values with (modulus 16, remainder 7)
---
create table catalog_search_doc_08 partition of catalog_search_doc for values with (modulus 16, remainder 8)
---
create table catalog_search_doc_09 partition of catalog_search_doc for values with (modulus 16, remainder 9)
---
create table catalog_search_doc_10 partition of catalog_search_doc for values with (modulus 16, remainder 10)
---
create table catalog_search_doc_11 partition of catalog_search_doc for values with (modulus 16, remainder 11)
---
create table catalog_search_doc_12 partition of catalog_search_doc for values with (modulus 16, remainder 12)
---
create table catalog_search_doc_13 partition of catalog_search_doc for values with (modulus 16, remainder 13)
---
create table catalog_search_doc_14 partition of catalog_search_doc for values with (modulus 16, remainder 14)
---
create table catalog_search_doc_15 partition of catalog_search_doc for values with (modulus 16, remainder 15)
---
insert into catalog_search_doc (product_id, words, name_length, active, price_minor) select product_id, words, name_length, active, price_minor from catalog_search_whole
---
drop table catalog_search_whole
---
create index catalog_search_words on catalog_search_doc using gin (words) with (gin_pending_list_limit = 1024)
