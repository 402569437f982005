create table notifications_webhook (
    id uuid not null primary key,
    shop_id uuid,
    url text not null,
    description text not null,
    events text not null,
    state integer not null check (state in (0, 1, 2)),
    secret bytea not null,
    old_secret bytea,
    old_secret_until bigint,
    made_by uuid not null,
    created_at bigint not null,
    failing_since bigint,
    off_at bigint
)
---
create index notifications_webhook_shop on notifications_webhook (shop_id)
---
create table notifications_webhook_delivery (
    id uuid not null primary key,
    webhook_id uuid not null references notifications_webhook (id) on delete cascade,
    event_id uuid not null,
    topic text not null,
    body text not null,
    state integer not null check (state in (0, 1, 2)),
    attempts integer not null,
    created_at bigint not null,
    next_try_at bigint not null,
    done_at bigint,
    last_status integer,
    last_error text
)
---
create index notifications_webhook_delivery_due on notifications_webhook_delivery (next_try_at) where state = 0
---
create index notifications_webhook_delivery_webhook on notifications_webhook_delivery (webhook_id, created_at)
---
create table notifications_webhook_attempt (
    id uuid not null primary key,
    delivery_id uuid not null references notifications_webhook_delivery (id) on delete cascade,
    at bigint not null,
    status integer,
    error text,
    milliseconds integer not null
)
---
create index notifications_webhook_attempt_delivery on notifications_webhook_attempt (delivery_id, at)
