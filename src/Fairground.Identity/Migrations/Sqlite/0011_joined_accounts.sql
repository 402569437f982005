alter table identity_user add column joined_to blob
---
alter table identity_user add column joined_hint text
---
create index identity_user_joined on identity_user (joined_to) where joined_to is not null
---
create table identity_join (
    from_id blob not null primary key references identity_user (id),
    into_id blob not null references identity_user (id),
    by_id blob not null,
    at integer not null,
    done_at integer,
    due_at integer not null
)
---
create index identity_join_due on identity_join (due_at)
