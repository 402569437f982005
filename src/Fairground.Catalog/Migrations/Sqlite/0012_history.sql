create table catalog_history (
    id blob not null primary key,
    product_id blob not null,
    variant_id blob null,
    until integer not null,
    price_minor integer not null,
    stock integer null,
    ended_by text not null
)
---
create index catalog_history_product on catalog_history (product_id, until)
---
create index catalog_history_until on catalog_history (until)
