alter table notifications_message add column kind integer not null default 0
---
create table notifications_preference (
    user_id uuid not null primary key,
    off text not null,
    quiet_from integer,
    quiet_until integer,
    time_zone text not null,
    changed_at bigint not null
)
---
create table notifications_push_subscription (
    id uuid not null primary key,
    user_id uuid not null,
    endpoint text not null,
    p256dh bytea not null,
    auth bytea not null,
    created_at bigint not null
)
---
create index notifications_push_subscription_user on notifications_push_subscription (user_id)
---
create table notifications_push (
    id uuid not null primary key,
    message_id uuid not null,
    subscription_id uuid not null references notifications_push_subscription (id) on delete cascade,
    attempts integer not null,
    next_try_at bigint not null
)
---
create index notifications_push_due on notifications_push (next_try_at)
