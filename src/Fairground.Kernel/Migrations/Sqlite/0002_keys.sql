create table kernel_data_key (
    name text not null primary key,
    xml text not null,
    created_at integer not null
)
---
create table kernel_signing_key (
    number integer not null primary key,
    kid text not null,
    public_jwk text not null,
    private_key blob not null,
    created_at integer not null,
    retired_at integer
)
---
create table kernel_secret (
    name text not null primary key,
    secret blob not null,
    created_at integer not null
)
