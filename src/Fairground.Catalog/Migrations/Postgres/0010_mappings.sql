alter table catalog_import add column wanted_mapping text null
---
create table catalog_feed_mapping (
    id uuid not null primary key,
    shop_id uuid not null,
    mapping text not null,
    used_at bigint not null,
    changed_by uuid null
)
---
create index catalog_feed_mapping_shop on catalog_feed_mapping (shop_id, used_at)
---
create table catalog_feed_category (
    shop_id uuid not null,
    feed_key text not null,
    category_id uuid not null,
    primary key (shop_id, feed_key)
)
