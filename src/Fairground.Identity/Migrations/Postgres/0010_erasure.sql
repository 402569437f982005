alter table identity_user add column erased_at bigint
---
create table identity_erasure (
    id uuid not null primary key,
    person_id uuid not null references identity_user (id),
    asked_at bigint not null,
    due_at bigint not null,
    ended_at bigint,
    outcome integer not null,
    reason text
)
---
create unique index identity_erasure_waiting on identity_erasure (person_id) where ended_at is null
---
create index identity_erasure_due on identity_erasure (due_at) where ended_at is null
