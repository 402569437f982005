alter table catalog_category add column position bigint not null default 0
---
alter table catalog_category add column hidden bigint not null default 0
---
create table catalog_category_former (
    path text not null primary key,
    category_id uuid not null
)
---
create index catalog_category_former_category on catalog_category_former (category_id)
