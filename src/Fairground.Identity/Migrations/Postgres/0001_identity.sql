create table identity_user (
    id uuid not null primary key,
    contact text not null,
    contact_key text not null,
    channel integer not null,
    display_name text not null,
    holder_salt text not null,
    is_operator boolean not null,
    password_hash text,
    security_stamp text not null,
    concurrency_stamp text not null,
    access_failed_count integer not null,
    lockout_end bigint,
    created_at bigint not null,
    blocked_at bigint
)
---
create unique index identity_user_contact on identity_user (contact_key)
---
create index identity_user_operator on identity_user (id) where is_operator
---
create table identity_session (
    id uuid not null primary key,
    user_id uuid not null references identity_user (id),
    generation integer not null,
    stamp text not null,
    agent text not null,
    started_at bigint not null,
    used_at bigint not null,
    expires_at bigint not null,
    ended_at bigint
)
---
create index identity_session_user on identity_session (user_id)
---
create index identity_session_ended on identity_session (ended_at) where ended_at is not null
---
create table identity_registration (
    id uuid not null primary key,
    contact text not null,
    channel integer not null,
    display_name text not null,
    code_hash bytea not null,
    tries integer not null,
    created_at bigint not null,
    expires_at bigint not null,
    completed_at bigint
)
---
create index identity_registration_expires on identity_registration (expires_at)
---
create table identity_staff (
    shop_id uuid not null,
    user_id uuid not null references identity_user (id),
    role integer not null,
    since bigint not null,
    primary key (shop_id, user_id)
)
---
create table identity_invitation (
    shop_id uuid not null,
    contact text not null,
    role integer not null,
    invited_by uuid not null,
    at bigint not null,
    primary key (shop_id, contact)
)
---
create index identity_invitation_contact on identity_invitation (contact)
---
create table identity_limit (
    name text not null primary key,
    used integer not null,
    since bigint not null
)
---
create table identity_mark (
    name text not null primary key,
    value bigint not null
)
