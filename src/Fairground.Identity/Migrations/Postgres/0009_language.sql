alter table identity_user add column language text
