create table catalog_exchange_key (
    shop_id blob not null primary key,
    hash blob not null,
    created_by blob null,
    created_at integer not null,
    used_at integer null
)
---
create table catalog_exchange_session (
    id blob not null primary key,
    shop_id blob not null,
    hash blob not null,
    created_at integer not null,
    expires_at integer not null
)
---
create table catalog_exchange_part (
    session_id blob not null,
    n integer not null,
    name text not null,
    file_id blob not null,
    length integer not null,
    primary key (session_id, n)
)
---
create table catalog_exchange_import (
    session_id blob not null,
    name text not null,
    import_id blob not null,
    primary key (session_id, name)
)
