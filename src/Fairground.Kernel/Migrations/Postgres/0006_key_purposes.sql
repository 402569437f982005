alter table kernel_signing_key add column purpose text not null default 'papers'
