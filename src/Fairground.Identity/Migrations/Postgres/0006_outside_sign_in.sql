create table identity_outside_login (
    issuer text not null,
    subject text not null,
    user_id uuid not null references identity_user (id),
    shown text not null,
    linked_at bigint not null,
    used_at bigint not null,
    primary key (issuer, subject)
)
---
create index identity_outside_login_user on identity_outside_login (user_id)
