create table protection_jurisdiction (
    number integer not null primary key,
    pack text not null,
    version integer not null,
    licence text,
    chosen_by uuid,
    at bigint not null
)
---
create table protection_household (
    id uuid not null primary key,
    declared_by uuid not null,
    other_id uuid not null,
    at bigint not null,
    ended_at bigint,
    ended_by uuid
)
---
create index protection_household_declared on protection_household (declared_by)
---
create index protection_household_other on protection_household (other_id)
---
create table protection_signal (
    id uuid not null primary key,
    person_id uuid not null,
    kind text not null,
    figure integer not null,
    threshold integer not null,
    last_at bigint not null,
    found_at bigint not null,
    answered_at bigint,
    answered_by uuid,
    answer text
)
---
create unique index protection_signal_open on protection_signal (person_id, kind) where answered_at is null
---
create index protection_signal_person on protection_signal (person_id, kind, found_at)
