create table draws_document (
    id blob not null primary key,
    lot_id blob not null,
    file_id blob not null,
    name text not null,
    for_everyone integer not null,
    created_by blob null,
    created_at integer not null
)
---
create index draws_document_lot on draws_document (lot_id, id)
---
create index draws_document_file on draws_document (file_id)
