create table notifications_webhook (
    id blob not null primary key,
    shop_id blob,
    url text not null,
    description text not null,
    events text not null,
    state integer not null check (state in (0, 1, 2)),
    secret blob not null,
    old_secret blob,
    old_secret_until integer,
    made_by blob not null,
    created_at integer not null,
    failing_since integer,
    off_at integer
) without rowid
---
create index notifications_webhook_shop on notifications_webhook (shop_id)
---
create table notifications_webhook_delivery (
    id blob not null primary key,
    webhook_id blob not null references notifications_webhook (id) on delete cascade,
    event_id blob not null,
    topic text not null,
    body text not null,
    state integer not null check (state in (0, 1, 2)),
    attempts integer not null,
    created_at integer not null,
    next_try_at integer not null,
    done_at integer,
    last_status integer,
    last_error text
) without rowid
---
create index notifications_webhook_delivery_due on notifications_webhook_delivery (next_try_at) where state = 0
---
create index notifications_webhook_delivery_webhook on notifications_webhook_delivery (webhook_id, created_at)
---
create table notifications_webhook_attempt (
    id blob not null primary key,
    delivery_id blob not null references notifications_webhook_delivery (id) on delete cascade,
    at integer not null,
    status integer,
    error text,
    milliseconds integer not null
) without rowid
---
create index notifications_webhook_attempt_delivery on notifications_webhook_attempt (delivery_id, at)
