alter table identity_invite add column appointed integer not null default 0
