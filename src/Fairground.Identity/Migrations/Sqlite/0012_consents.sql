create table identity_consent (
    id blob not null primary key,
    person_id blob not null references identity_user (id),
    purpose text not null,
    channel text not null,
    wording integer not null,
    given integer not null,
    at integer not null,
    source text not null,
    device text not null
)
---
create index identity_consent_person on identity_consent (person_id, purpose, channel)
---
alter table identity_registration add column number_wording integer
---
create trigger identity_consent_no_update before update on identity_consent begin select raise(abort, 'identity_consent is append-only'); end
---
create trigger identity_consent_no_delete before delete on identity_consent begin select raise(abort, 'identity_consent is append-only'); end
