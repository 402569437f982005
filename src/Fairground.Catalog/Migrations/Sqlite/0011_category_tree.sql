alter table catalog_category add column position integer not null default 0
---
alter table catalog_category add column hidden integer not null default 0
---
create table catalog_category_former (
    path text not null primary key,
    category_id blob not null
) without rowid
---
create index catalog_category_former_category on catalog_category_former (category_id)
