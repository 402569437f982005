alter table identity_user add column contact_proved_at integer not null default 0
---
update identity_user set contact_proved_at = created_at
---
alter table identity_user add column totp_secret blob
---
alter table identity_user add column totp_since integer
---
alter table identity_user add column held_until integer
---
alter table identity_session add column place text not null default ''
---
alter table identity_session add column method integer not null default 0
---
alter table identity_session add column strong_at integer
---
create table identity_code (
    id blob not null primary key,
    kind integer not null,
    user_id blob,
    contact text not null,
    channel integer not null,
    code_hash blob not null,
    tries integer not null,
    data text,
    created_at integer not null,
    expires_at integer not null,
    used_at integer
)
---
create index identity_code_expires on identity_code (expires_at)
---
create index identity_code_used on identity_code (used_at) where used_at is not null
---
create table identity_device (
    id blob not null primary key,
    user_id blob not null references identity_user (id),
    token_hash blob not null,
    agent text not null,
    created_at integer not null,
    used_at integer not null,
    expires_at integer not null
)
---
create unique index identity_device_token on identity_device (token_hash)
---
create index identity_device_user on identity_device (user_id)
---
create table identity_recovery_code (
    user_id blob not null references identity_user (id),
    hash blob not null,
    primary key (user_id, hash)
)
---
create table identity_passkey (
    id blob not null primary key,
    user_id blob not null references identity_user (id),
    name text not null,
    public_key blob not null,
    sign_count integer not null,
    transports text not null,
    is_user_verified integer not null,
    is_backup_eligible integer not null,
    is_backed_up integer not null,
    attestation blob not null,
    client_data blob not null,
    created_at integer not null,
    used_at integer
)
---
create index identity_passkey_user on identity_passkey (user_id)
---
create table identity_contact_change (
    id blob not null primary key,
    user_id blob not null references identity_user (id),
    old_contact text not null,
    old_channel integer not null,
    new_contact text not null,
    new_channel integer not null,
    cancel_hash blob not null,
    created_at integer not null,
    due_at integer not null,
    ended_at integer,
    outcome integer not null
)
---
create unique index identity_contact_change_pending on identity_contact_change (user_id) where ended_at is null
---
create index identity_contact_change_due on identity_contact_change (due_at) where ended_at is null
---
create index identity_contact_change_cancel on identity_contact_change (cancel_hash)
