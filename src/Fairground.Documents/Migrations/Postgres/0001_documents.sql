create table documents_profile (
    organisation_id uuid not null,
    version integer not null,
    legal_name text not null,
    street text not null,
    city text not null,
    postcode text,
    country text not null,
    region text,
    tax_id text,
    registration_id text,
    registered integer not null,
    category text,
    changed_by uuid not null,
    changed_at bigint not null,
    primary key (organisation_id, version)
)
---
create table documents_goods_rate (
    product_id uuid not null primary key,
    shop_id uuid not null,
    rate text not null,
    changed_by uuid not null,
    changed_at bigint not null
)
---
create index documents_goods_rate_shop on documents_goods_rate (shop_id)
---
create table documents_series (
    issuer_id uuid not null,
    kind integer not null,
    year integer not null,
    last bigint not null,
    last_hash text not null,
    primary key (issuer_id, kind, year)
)
---
create table documents_document (
    id uuid not null primary key,
    issuer_id uuid not null,
    kind integer not null check (kind in (1, 2, 3)),
    year integer not null,
    number bigint not null check (number > 0),
    code text not null,
    person_id uuid,
    organisation_id uuid,
    supply text not null,
    reference uuid not null,
    source_id uuid not null,
    source_part integer not null,
    currency text not null,
    net bigint not null,
    tax bigint not null,
    gross_minor bigint not null check (gross_minor = net + tax),
    issued_on integer not null,
    issued_at bigint not null,
    supplied_at bigint not null,
    body text not null,
    previous_hash text not null,
    hash text not null
)
---
create unique index documents_document_number on documents_document (issuer_id, kind, year, number)
---
create unique index documents_document_source on documents_document (source_id, source_part)
---
create index documents_document_person on documents_document (person_id, id) where person_id is not null
---
create index documents_document_organisation on documents_document (organisation_id, id) where organisation_id is not null
---
create index documents_document_issuer on documents_document (issuer_id, id)
---
create index documents_document_reference on documents_document (reference)
---
create table documents_source (
    transfer_id uuid not null primary key,
    documents integer not null,
    at bigint not null
)
---
create table documents_progress (
    id integer not null primary key,
    began_after uuid not null,
    seen_until uuid not null
)
---
create function documents_refuse_change() returns trigger language plpgsql as $$ begin raise exception '% is append-only', tg_table_name; end $$
---
create function documents_series_guard() returns trigger language plpgsql as $$ begin
    if (old.issuer_id, old.kind, old.year) is distinct from (new.issuer_id, new.kind, new.year) or new.last <= old.last then raise exception 'a series only goes on'; end if;
    return new;
end $$
---
create trigger documents_document_append_only before update or delete on documents_document for each row execute function documents_refuse_change()
---
create trigger documents_document_no_truncate before truncate on documents_document for each statement execute function documents_refuse_change()
---
create trigger documents_profile_append_only before update or delete on documents_profile for each row execute function documents_refuse_change()
---
create trigger documents_profile_no_truncate before truncate on documents_profile for each statement execute function documents_refuse_change()
---
create trigger documents_source_append_only before update or delete on documents_source for each row execute function documents_refuse_change()
---
create trigger documents_source_no_truncate before truncate on documents_source for each statement execute function documents_refuse_change()
---
create trigger documents_series_forward before update on documents_series for each row execute function documents_series_guard()
---
create trigger documents_series_no_delete before delete on documents_series for each row execute function documents_refuse_change()
---
create trigger documents_series_no_truncate before truncate on documents_series for each statement execute function documents_refuse_change()
