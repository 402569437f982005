create table identity_api_key (
    id blob not null primary key,
    shop_id blob not null,
    name text not null,
    made_by blob not null references identity_user (id),
    shown text not null,
    secret_hash blob not null,
    scopes text not null,
    created_at integer not null,
    expires_at integer,
    used_at integer,
    revoked_at integer,
    replaces blob
)
---
create unique index identity_api_key_secret on identity_api_key (secret_hash)
---
create index identity_api_key_shop on identity_api_key (shop_id)
