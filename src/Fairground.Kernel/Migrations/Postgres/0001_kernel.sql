create table kernel_outbox (
    id uuid not null primary key,
    topic text not null,
    payload text not null,
    at bigint not null
)
---
create table kernel_inbox (
    consumer text not null,
    event_id uuid not null,
    at bigint not null,
    primary key (consumer, event_id)
)
---
create table kernel_dead_letter (
    event_id uuid not null,
    consumer text not null,
    topic text not null,
    payload text not null,
    attempts integer not null,
    error text not null,
    at bigint not null,
    primary key (event_id, consumer)
)
---
create table kernel_lease (
    name text not null primary key,
    holder uuid not null,
    until bigint not null
)
