create table notifications_messenger (
    id uuid not null primary key,
    user_id uuid not null,
    chat_id bigint not null,
    code_hash bytea not null,
    linked_at bigint not null
)
---
create unique index notifications_messenger_user on notifications_messenger (user_id)
---
create unique index notifications_messenger_chat on notifications_messenger (chat_id)
---
create table notifications_messenger_code (
    user_id uuid not null primary key,
    code_hash bytea not null,
    ends_at bigint not null
)
---
create unique index notifications_messenger_code_hash on notifications_messenger_code (code_hash)
---
create table notifications_messenger_message (
    id uuid not null primary key,
    message_id uuid not null,
    messenger_id uuid not null references notifications_messenger (id) on delete cascade,
    attempts integer not null,
    next_try_at bigint not null,
    given_up integer not null
)
---
create index notifications_messenger_message_due on notifications_messenger_message (given_up, next_try_at)
---
create index notifications_messenger_message_of on notifications_messenger_message (messenger_id)
