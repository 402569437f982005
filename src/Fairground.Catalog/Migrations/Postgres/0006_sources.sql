create table catalog_source (
    id uuid not null primary key,
    shop_id uuid not null,
    kind text not null,
    name text not null,
    shown text not null,
    secret bytea not null,
    settings text not null,
    interval_minutes integer not null,
    paused integer not null,
    due_at bigint null,
    when_silent text not null,
    etag text null,
    last_modified text null,
    file_hash text null,
    mark bigint null,
    full_at bigint null,
    failures integer not null,
    state text not null,
    code text null,
    said text null,
    tried_at bigint null,
    heard_at bigint null,
    import_id uuid null,
    hooks_at bigint null,
    hook_failures integer not null,
    created_by uuid null,
    created_at bigint not null,
    version integer not null
)
---
create index catalog_source_shop on catalog_source (shop_id)
---
create index catalog_source_due on catalog_source (due_at)
---
create table catalog_source_item (
    source_id uuid not null,
    remote_id text not null,
    product_key text not null,
    modified_at bigint not null,
    gone_at bigint null,
    walk bigint not null,
    primary key (source_id, remote_id)
)
---
create index catalog_source_item_key on catalog_source_item (source_id, product_key)
---
create table catalog_source_hook (
    id uuid not null primary key,
    source_id uuid not null,
    delivery_id text not null,
    topic text not null,
    body text not null,
    sent_at bigint not null,
    received_at bigint not null,
    state text not null,
    import_id uuid null
)
---
create unique index catalog_source_hook_delivery on catalog_source_hook (source_id, delivery_id)
---
create index catalog_source_hook_waiting on catalog_source_hook (source_id, state, id)
---
alter table catalog_import add column source_id uuid null
---
create index catalog_import_source on catalog_import (source_id, id)
---
alter table catalog_product add column source_id uuid null
---
alter table catalog_product add column pending_since bigint null
---
create index catalog_product_of_source on catalog_product (source_id) where source_id is not null
---
update catalog_product set pending_since = updated_at where pending_price_minor is not null
