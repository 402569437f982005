create table identity_audit (
    seq bigint not null primary key,
    at bigint not null,
    actor_id uuid not null,
    on_behalf_of uuid,
    what text not null,
    about text,
    why text,
    before text,
    after text,
    hash bytea not null
)
---
create index identity_audit_about on identity_audit (about)
---
create index identity_audit_actor on identity_audit (actor_id)
---
create table identity_audit_head (
    id integer not null primary key,
    last bigint not null
)
---
insert into identity_audit_head (id, last) values (1, 0)
---
create table identity_look (
    id uuid not null primary key,
    person_id uuid not null,
    by_id uuid not null,
    what text not null,
    at bigint not null
)
---
create index identity_look_person on identity_look (person_id)
---
create function identity_refuse_change() returns trigger language plpgsql as $$ begin raise exception '% is append-only', tg_table_name; end $$
---
create trigger identity_audit_append_only before update or delete on identity_audit for each row execute function identity_refuse_change()
---
create trigger identity_audit_no_truncate before truncate on identity_audit for each statement execute function identity_refuse_change()
---
create trigger identity_look_no_update before update on identity_look for each row execute function identity_refuse_change()
