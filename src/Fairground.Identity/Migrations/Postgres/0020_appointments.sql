alter table identity_invite add column appointed boolean not null default false
