create table notifications_messenger (
    id blob not null primary key,
    user_id blob not null,
    chat_id integer not null,
    code_hash blob not null,
    linked_at integer not null
) without rowid
---
create unique index notifications_messenger_user on notifications_messenger (user_id)
---
create unique index notifications_messenger_chat on notifications_messenger (chat_id)
---
create table notifications_messenger_code (
    user_id blob not null primary key,
    code_hash blob not null,
    ends_at integer not null
) without rowid
---
create unique index notifications_messenger_code_hash on notifications_messenger_code (code_hash)
---
create table notifications_messenger_message (
    id blob not null primary key,
    message_id blob not null,
    messenger_id blob not null references notifications_messenger (id) on delete cascade,
    attempts integer not null,
    next_try_at integer not null,
    given_up integer not null
) without rowid
---
create index notifications_messenger_message_due on notifications_messenger_message (given_up, next_try_at)
---
create index notifications_messenger_message_of on notifications_messenger_message (messenger_id)
