create table notifications_message (
    id blob not null primary key,
    user_id blob,
    recipient text not null,
    recipient_key text not null,
    channel integer not null check (channel in (0, 1)),
    subject text not null,
    text text not null,
    code text,
    one_time integer not null check (one_time in (0, 1)),
    state integer not null check (state in (0, 1, 2)),
    attempts integer not null,
    created_at integer not null,
    next_try_at integer not null,
    sent_at integer,
    read_at integer
) without rowid
---
create index notifications_message_due on notifications_message (next_try_at) where state = 0
---
create index notifications_message_recipient on notifications_message (recipient_key, created_at)
---
create index notifications_message_created on notifications_message (created_at)
---
create index notifications_message_user on notifications_message (user_id, created_at) where user_id is not null
