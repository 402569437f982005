create table identity_consent (
    id uuid not null primary key,
    person_id uuid not null references identity_user (id),
    purpose text not null,
    channel text not null,
    wording integer not null,
    given integer not null,
    at bigint not null,
    source text not null,
    device text not null
)
---
create index identity_consent_person on identity_consent (person_id, purpose, channel)
---
alter table identity_registration add column number_wording integer
---
create trigger identity_consent_append_only before update or delete on identity_consent for each row execute function identity_refuse_change()
---
create trigger identity_consent_no_truncate before truncate on identity_consent for each statement execute function identity_refuse_change()
