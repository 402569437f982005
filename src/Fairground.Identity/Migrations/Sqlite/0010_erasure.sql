alter table identity_user add column erased_at integer
---
create table identity_erasure (
    id blob not null primary key,
    person_id blob not null references identity_user (id),
    asked_at integer not null,
    due_at integer not null,
    ended_at integer,
    outcome integer not null,
    reason text
)
---
create unique index identity_erasure_waiting on identity_erasure (person_id) where ended_at is null
---
create index identity_erasure_due on identity_erasure (due_at) where ended_at is null
