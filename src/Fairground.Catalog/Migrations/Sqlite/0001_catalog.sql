create table catalog_shop (
    id blob not null primary key,
    name text not null,
    currency text not null,
    address text not null,
    about text not null,
    created_at integer not null
)
---
create table catalog_category (
    id blob not null primary key,
    parent_id blob null,
    name text not null,
    slug text not null,
    path text not null,
    full_name text not null,
    created_at integer not null
)
---
create unique index catalog_category_path on catalog_category (path)
---
create table catalog_product (
    id blob not null primary key,
    shop_id blob not null,
    source_key text not null,
    slug text not null,
    sku text not null,
    name text not null,
    name_lower text not null,
    vendor text not null,
    html text not null,
    plain text not null,
    search text not null,
    category_id blob null,
    price_minor integer not null,
    compare_at_minor integer null,
    pending_price_minor integer null,
    currency text not null,
    active integer not null,
    essential integer not null,
    content_hash text not null,
    created_at integer not null,
    updated_at integer not null
)
---
create unique index catalog_product_source on catalog_product (shop_id, source_key)
---
create index catalog_product_price on catalog_product (active, price_minor, id)
---
create index catalog_product_name on catalog_product (active, name_lower, id)
---
create index catalog_product_waiting on catalog_product (pending_price_minor) where pending_price_minor is not null
---
create table catalog_product_category (
    product_id blob not null,
    category_id blob not null,
    position integer not null,
    primary key (product_id, category_id)
) without rowid
---
create index catalog_product_category_category on catalog_product_category (category_id, product_id)
---
create table catalog_variant (
    id blob not null primary key,
    product_id blob not null,
    position integer not null,
    options text not null,
    sku text not null,
    price_minor integer not null,
    compare_at_minor integer null,
    stock integer null,
    barcode text not null
)
---
create index catalog_variant_product on catalog_variant (product_id, position)
---
create table catalog_picture (
    id blob not null primary key,
    product_id blob not null,
    position integer not null,
    file_id blob null,
    source_url text null,
    alt text not null,
    tries integer not null,
    fetch_at integer null,
    error text null
)
---
create index catalog_picture_product on catalog_picture (product_id, position)
---
create index catalog_picture_due on catalog_picture (fetch_at) where fetch_at is not null
---
create table catalog_import (
    id blob not null primary key,
    shop_id blob not null,
    started_by blob null,
    state text not null,
    file_id blob null,
    file_name text not null,
    source_url text null,
    format text not null,
    encoding text not null,
    separator_char text not null,
    wanted_format text null,
    wanted_encoding text null,
    wanted_separator text null,
    is_full integer not null,
    rows_read integer not null,
    read_count integer not null,
    created_count integer not null,
    updated_count integer not null,
    unchanged_count integer not null,
    rejected_count integer not null,
    deactivated_count integer not null,
    problem_count integer not null,
    error_code text null,
    error_text text null,
    created_at integer not null,
    started_at integer null,
    finished_at integer null
)
---
create index catalog_import_shop on catalog_import (shop_id, id)
---
create index catalog_import_open on catalog_import (state, id)
---
create table catalog_import_problem (
    import_id blob not null,
    n integer not null,
    line integer not null,
    field text not null,
    code text not null,
    said text not null,
    primary key (import_id, n)
) without rowid
---
create table catalog_import_picture (
    import_id blob not null,
    name text not null,
    file_id blob not null,
    primary key (import_id, name)
) without rowid
