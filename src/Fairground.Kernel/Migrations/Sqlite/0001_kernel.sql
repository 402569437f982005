create table kernel_outbox (
    id blob not null primary key,
    topic text not null,
    payload text not null,
    at integer not null
) without rowid
---
create table kernel_inbox (
    consumer text not null,
    event_id blob not null,
    at integer not null,
    primary key (consumer, event_id)
) without rowid
---
create table kernel_dead_letter (
    event_id blob not null,
    consumer text not null,
    topic text not null,
    payload text not null,
    attempts integer not null,
    error text not null,
    at integer not null,
    primary key (event_id, consumer)
)
---
create table kernel_lease (
    name text not null primary key,
    holder blob not null,
    until integer not null
)
