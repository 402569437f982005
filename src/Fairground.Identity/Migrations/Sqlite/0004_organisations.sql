create table identity_organisation (
    id blob not null primary key,
    kind integer not null,
    name text,
    created_at integer not null
)
---
create table identity_member (
    organisation_id blob not null references identity_organisation (id),
    user_id blob not null references identity_user (id),
    role integer not null,
    since integer not null,
    primary key (organisation_id, user_id)
)
---
create index identity_member_user on identity_member (user_id)
---
create table identity_invite (
    id blob not null primary key,
    organisation_id blob not null references identity_organisation (id),
    contact text not null,
    channel integer not null,
    role integer not null,
    invited_by blob not null,
    created_at integer not null,
    sent_at integer not null,
    sends integer not null,
    expires_at integer not null,
    ended_at integer,
    outcome integer not null
)
---
create unique index identity_invite_open on identity_invite (organisation_id, contact) where ended_at is null
---
create index identity_invite_contact on identity_invite (contact) where ended_at is null
---
insert into identity_organisation (id, kind, name, created_at) values (x'438502936fb782b7bbe7dce5c2d1628f', 6, 'Operator', 0)
---
insert into identity_organisation (id, kind, name, created_at) select shop_id, 1, null, min(at) from (select shop_id, since as at from identity_staff union all select shop_id, at from identity_invitation) as earlier group by shop_id
---
insert into identity_member (organisation_id, user_id, role, since) select shop_id, user_id, role, since from identity_staff
---
insert into identity_member (organisation_id, user_id, role, since) select x'438502936fb782b7bbe7dce5c2d1628f', id, 2, created_at from identity_user where is_operator = 1
---
insert into identity_invite (id, organisation_id, contact, channel, role, invited_by, created_at, sent_at, sends, expires_at, ended_at, outcome)
select randomblob(16), shop_id, contact, case when contact like '%@%' then 0 else 1 end, role, invited_by, at, at, 1, at + 604800000, null, 0 from identity_invitation
