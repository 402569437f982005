alter table catalog_product add column listed integer not null default 1
---
update catalog_product set listed = active
---
alter table catalog_product add column created_import blob null
---
alter table catalog_product add column changed_by blob null
---
alter table catalog_variant add column source_key text not null default ''
---
create table catalog_attribute (
    product_id blob not null,
    position integer not null,
    name text not null,
    value text not null,
    unit text not null,
    primary key (product_id, position)
) without rowid
---
create index catalog_attribute_value on catalog_attribute (name, value, product_id)
---
create table catalog_product_alias (
    shop_id blob not null,
    alias text not null,
    product_id blob not null,
    primary key (shop_id, alias)
) without rowid
---
alter table catalog_import add column wanted_full integer null
---
alter table catalog_import add column wanted_currency text null
---
alter table catalog_import add column is_dry_run integer not null default 0
---
alter table catalog_import add column notes text not null default '[]'
---
alter table catalog_import add column difference_count integer not null default 0
---
alter table catalog_import add column undo_state text null
---
alter table catalog_import add column undone_by blob null
---
alter table catalog_import add column undone_at integer null
---
alter table catalog_import add column undone_count integer not null default 0
---
alter table catalog_import add column undo_left_count integer not null default 0
---
create table catalog_import_change (
    import_id blob not null,
    product_id blob not null,
    kind text not null,
    before text not null,
    undone integer not null,
    primary key (import_id, product_id)
) without rowid
---
create table catalog_import_difference (
    import_id blob not null,
    n integer not null,
    product_key text not null,
    name text not null,
    what text not null,
    field text not null,
    before text not null,
    after text not null,
    primary key (import_id, n)
) without rowid
