create table documents_profile (
    organisation_id blob not null,
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
    changed_by blob not null,
    changed_at integer not null,
    primary key (organisation_id, version)
)
---
create table documents_goods_rate (
    product_id blob not null primary key,
    shop_id blob not null,
    rate text not null,
    changed_by blob not null,
    changed_at integer not null
)
---
create index documents_goods_rate_shop on documents_goods_rate (shop_id)
---
create table documents_series (
    issuer_id blob not null,
    kind integer not null,
    year integer not null,
    last integer not null,
    last_hash text not null,
    primary key (issuer_id, kind, year)
)
---
create table documents_document (
    id blob not null primary key,
    issuer_id blob not null,
    kind integer not null check (kind in (1, 2, 3)),
    year integer not null,
    number integer not null check (number > 0),
    code text not null,
    person_id blob,
    organisation_id blob,
    supply text not null,
    reference blob not null,
    source_id blob not null,
    source_part integer not null,
    currency text not null,
    net integer not null,
    tax integer not null,
    gross_minor integer not null check (gross_minor = net + tax),
    issued_on integer not null,
    issued_at integer not null,
    supplied_at integer not null,
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
    transfer_id blob not null primary key,
    documents integer not null,
    at integer not null
)
---
create table documents_progress (
    id integer not null primary key,
    began_after blob not null,
    seen_until blob not null
)
---
create trigger documents_document_no_update before update on documents_document begin select raise(abort, 'documents_document is append-only'); end
---
create trigger documents_document_no_delete before delete on documents_document begin select raise(abort, 'documents_document is append-only'); end
---
create trigger documents_profile_no_update before update on documents_profile begin select raise(abort, 'documents_profile is append-only'); end
---
create trigger documents_profile_no_delete before delete on documents_profile begin select raise(abort, 'documents_profile is append-only'); end
---
create trigger documents_source_no_update before update on documents_source begin select raise(abort, 'documents_source is append-only'); end
---
create trigger documents_source_no_delete before delete on documents_source begin select raise(abort, 'documents_source is append-only'); end
---
create trigger documents_series_no_delete before delete on documents_series begin select raise(abort, 'documents_series is append-only'); end
---
create trigger documents_series_forward before update on documents_series when old.issuer_id <> new.issuer_id or old.kind <> new.kind or old.year <> new.year or new.last <= old.last begin select raise(abort, 'a series only goes on'); end
