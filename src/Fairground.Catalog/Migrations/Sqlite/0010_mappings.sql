alter table catalog_import add column wanted_mapping text null
---
create table catalog_feed_mapping (
    id blob not null primary key,
    shop_id blob not null,
    mapping text not null,
    used_at integer not null,
    changed_by blob null
)
---
create index catalog_feed_mapping_shop on catalog_feed_mapping (shop_id, used_at)
---
create table catalog_feed_category (
    shop_id blob not null,
    feed_key text not null,
    category_id blob not null,
    primary key (shop_id, feed_key)
) without rowid
