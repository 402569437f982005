create table catalog_history (
    id uuid not null primary key,
    product_id uuid not null,
    variant_id uuid null,
    until bigint not null,
    price_minor bigint not null,
    stock bigint null,
    ended_by text not null
)
---
create index catalog_history_product on catalog_history (product_id, until)
---
create index catalog_history_until on catalog_history (until)
