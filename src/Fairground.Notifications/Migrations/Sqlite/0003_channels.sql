alter table notifications_message add column kind integer not null default 0
---
create table notifications_preference (
    user_id blob not null primary key,
    off text not null,
    quiet_from integer,
    quiet_until integer,
    time_zone text not null,
    changed_at integer not null
) without rowid
---
create table notifications_push_subscription (
    id blob not null primary key,
    user_id blob not null,
    endpoint text not null,
    p256dh blob not null,
    auth blob not null,
    created_at integer not null
) without rowid
---
create index notifications_push_subscription_user on notifications_push_subscription (user_id)
---
create table notifications_push (
    id blob not null primary key,
    message_id blob not null,
    subscription_id blob not null references notifications_push_subscription (id) on delete cascade,
    attempts integer not null,
    next_try_at integer not null
) without rowid
---
create index notifications_push_due on notifications_push (next_try_at)
