alter table identity_user add column visits_off integer not null default 0
---
create table identity_visit (
    id blob not null primary key,
    person_id blob not null,
    kind text not null,
    subject_id blob not null,
    at integer not null,
    device text not null,
    place text not null
) without rowid
---
create index identity_visit_person on identity_visit (person_id, id)
---
create index identity_visit_at on identity_visit (at)
