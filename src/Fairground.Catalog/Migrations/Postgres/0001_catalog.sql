create table catalog_shop (
    id uuid not null primary key,
    name text not null,
    currency text not null,
    address text not null,
    about text not null,
    created_at bigint not null
)
---
create table catalog_category (
    id uuid not null primary key,
    parent_id uuid null,
    name text not null,
    slug text not null,
    path text collate "C" not null,
    full_name text not null,
    created_at bigint not null
)
---
create unique index catalog_category_path on catalog_category (path)
---
create table catalog_product (
    id uuid not null primary key,
    shop_id uuid not null,
    source_key text collate "C" not null,
    slug text not null,
    sku text not null,
    name text not null,
    name_lower text collate "C" not null,
    vendor text not null,
    html text not null,
    plain text not null,
    search text not null,
    category_id uuid null,
    price_minor bigint not null,
    compare_at_minor bigint null,
    pending_price_minor bigint null,
    currency text not null,
    active integer not null,
    essential integer not null,
    content_hash text not null,
    created_at bigint not null,
    updated_at bigint not null
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
    product_id uuid not null,
    category_id uuid not null,
    position integer not null,
    primary key (product_id, category_id)
)
---
create index catalog_product_category_category on catalog_product_category (category_id, product_id)
---
create table catalog_variant (
    id uuid not null primary key,
    product_id uuid not null,
    position integer not null,
    options text not null,
    sku text not null,
    price_minor bigint not null,
    compare_at_minor bigint null,
    stock bigint null,
    barcode text not null
)
---
create index catalog_variant_product on catalog_variant (product_id, position)
---
create table catalog_picture (
    id uuid not null primary key,
    product_id uuid not null,
    position integer not null,
    file_id uuid null,
    source_url text null,
    alt text not null,
    tries integer not null,
    fetch_at bigint null,
    error text null
)
---
create index catalog_picture_product on catalog_picture (product_id, position)
---
create index catalog_picture_due on catalog_picture (fetch_at) where fetch_at is not null
---
create table catalog_import (
    id uuid not null primary key,
    shop_id uuid not null,
    started_by uuid null,
    state text not null,
    file_id uuid null,
    file_name text not null,
    source_url text null,
    format text not null,
    encoding text not null,
    separator_char text not null,
    wanted_format text null,
    wanted_encoding text null,
    wanted_separator text null,
    is_full integer not null,
    rows_read bigint not null,
    read_count bigint not null,
    created_count bigint not null,
    updated_count bigint not null,
    unchanged_count bigint not null,
    rejected_count bigint not null,
    deactivated_count bigint not null,
    problem_count bigint not null,
    error_code text null,
    error_text text null,
    created_at bigint not null,
    started_at bigint null,
    finished_at bigint null
)
---
create index catalog_import_shop on catalog_import (shop_id, id)
---
create index catalog_import_open on catalog_import (state, id)
---
create table catalog_import_problem (
    import_id uuid not null,
    n integer not null,
    line bigint not null,
    field text not null,
    code text not null,
    said text not null,
    primary key (import_id, n)
)
---
create table catalog_import_picture (
    import_id uuid not null,
    name text not null,
    file_id uuid not null,
    primary key (import_id, name)
)
