create table identity_api_key (
    id uuid not null primary key,
    shop_id uuid not null,
    name text not null,
    made_by uuid not null references identity_user (id),
    shown text not null,
    secret_hash bytea not null,
    scopes text not null,
    created_at bigint not null,
    expires_at bigint,
    used_at bigint,
    revoked_at bigint,
    replaces uuid
)
---
create unique index identity_api_key_secret on identity_api_key (secret_hash)
---
create index identity_api_key_shop on identity_api_key (shop_id)
