alter table identity_user add column joined_to uuid
---
alter table identity_user add column joined_hint text
---
create index identity_user_joined on identity_user (joined_to) where joined_to is not null
---
create table identity_join (
    from_id uuid not null primary key references identity_user (id),
    into_id uuid not null references identity_user (id),
    by_id uuid not null,
    at bigint not null,
    done_at bigint,
    due_at bigint not null
)
---
create index identity_join_due on identity_join (due_at)
