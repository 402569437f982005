alter table catalog_product add column listed integer not null default 1
---
update catalog_product set listed = active
---
alter table catalog_product add column created_import uuid null
---
alter table catalog_product add column changed_by uuid null
---
alter table catalog_variant add column source_key text not null default ''
---
create table catalog_attribute (
    product_id uuid not null,
    position integer not null,
    name text not null,
    value text not null,
    unit text not null,
    primary key (product_id, position)
)
---
create index catalog_attribute_value on catalog_attribute (name, value, product_id)
---
create table catalog_product_alias (
    shop_id uuid not null,
    alias text collate "C" not null,
    product_id uuid not null,
    primary key (shop_id, alias)
)
---
alter table catalog_import add column wanted_full integer null
---
alter table catalog_import add column wanted_currency text null
---
alter table catalog_import add column is_dry_run integer not null default 0
---
alter table catalog_import add column notes text not null default '[]'
---
alter table catalog_import add column difference_count bigint not null default 0
---
alter table catalog_import add column undo_state text null
---
alter table catalog_import add column undone_by uuid null
---
alter table catalog_import add column undone_at bigint null
---
alter table catalog_import add column undone_count bigint not null default 0
---
alter table catalog_import add column undo_left_count bigint not null default 0
---
create table catalog_import_change (
    import_id uuid not null,
    product_id uuid not null,
    kind text not null,
    before text not null,
    undone integer not null,
    primary key (import_id, product_id)
)
---
create table catalog_import_difference (
    import_id uuid not null,
    n integer not null,
    product_key text not null,
    name text not null,
    what text not null,
    field text not null,
    before text not null,
    after text not null,
    primary key (import_id, n)
)
