create table identity_audit (
    seq integer not null primary key,
    at integer not null,
    actor_id blob not null,
    on_behalf_of blob,
    what text not null,
    about text,
    why text,
    before text,
    after text,
    hash blob not null
)
---
create index identity_audit_about on identity_audit (about)
---
create index identity_audit_actor on identity_audit (actor_id)
---
create table identity_audit_head (
    id integer not null primary key,
    last integer not null
)
---
insert into identity_audit_head (id, last) values (1, 0)
---
create table identity_look (
    id blob not null primary key,
    person_id blob not null,
    by_id blob not null,
    what text not null,
    at integer not null
)
---
create index identity_look_person on identity_look (person_id)
---
create trigger identity_audit_no_update before update on identity_audit begin select raise(abort, 'identity_audit is append-only'); end
---
create trigger identity_audit_no_delete before delete on identity_audit begin select raise(abort, 'identity_audit is append-only'); end
---
create trigger identity_look_no_update before update on identity_look begin select raise(abort, 'identity_look is append-only'); end
