create table catalog_favourite (
    user_id uuid not null,
    product_id uuid not null,
    added_at bigint not null,
    primary key (user_id, product_id)
)
---
create index catalog_product_main_category on catalog_product (category_id, active, price_minor)
