create table draws_document (
    id uuid not null primary key,
    lot_id uuid not null,
    file_id uuid not null,
    name text not null,
    for_everyone integer not null,
    created_by uuid null,
    created_at bigint not null
)
---
create index draws_document_lot on draws_document (lot_id, id)
---
create index draws_document_file on draws_document (file_id)
