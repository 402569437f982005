create table protection_jurisdiction (
    number integer not null primary key,
    pack text not null,
    version integer not null,
    licence text,
    chosen_by blob,
    at integer not null
)
---
create table protection_household (
    id blob not null primary key,
    declared_by blob not null,
    other_id blob not null,
    at integer not null,
    ended_at integer,
    ended_by blob
)
---
create index protection_household_declared on protection_household (declared_by)
---
create index protection_household_other on protection_household (other_id)
---
create table protection_signal (
    id blob not null primary key,
    person_id blob not null,
    kind text not null,
    figure integer not null,
    threshold integer not null,
    last_at integer not null,
    found_at integer not null,
    answered_at integer,
    answered_by blob,
    answer text
)
---
create unique index protection_signal_open on protection_signal (person_id, kind) where answered_at is null
---
create index protection_signal_person on protection_signal (person_id, kind, found_at)
