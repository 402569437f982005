create table catalog_favourite (
    user_id blob not null,
    product_id blob not null,
    added_at integer not null,
    primary key (user_id, product_id)
) without rowid
---
create index catalog_product_main_category on catalog_product (category_id, active, price_minor)
