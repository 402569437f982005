create table catalog_exchange_key (
    shop_id uuid not null primary key,
    hash bytea not null,
    created_by uuid null,
    created_at bigint not null,
    used_at bigint null
)
---
create table catalog_exchange_session (
    id uuid not null primary key,
    shop_id uuid not null,
    hash bytea not null,
    created_at bigint not null,
    expires_at bigint not null
)
---
create table catalog_exchange_part (
    session_id uuid not null,
    n integer not null,
    name text not null,
    file_id uuid not null,
    length bigint not null,
    primary key (session_id, n)
)
---
create table catalog_exchange_import (
    session_id uuid not null,
    name text not null,
    import_id uuid not null,
    primary key (session_id, name)
)
