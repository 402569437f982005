create index catalog_picture_file on catalog_picture (file_id) where file_id is not null
---
create index catalog_import_file on catalog_import (file_id) where file_id is not null
---
create index catalog_import_picture_file on catalog_import_picture (file_id)
---
create index catalog_exchange_part_file on catalog_exchange_part (file_id)
---
create table catalog_document (
    id blob not null primary key,
    shop_id blob not null,
    file_id blob not null,
    name text not null,
    for_everyone integer not null,
    created_by blob null,
    created_at integer not null
)
---
create index catalog_document_shop on catalog_document (shop_id, id)
---
create index catalog_document_file on catalog_document (file_id)
---
create table catalog_shop_file (
    shop_id blob not null,
    file_id blob not null,
    length integer not null,
    charged_at integer not null,
    primary key (shop_id, file_id)
) without rowid
---
create table catalog_shop_room (
    shop_id blob not null primary key,
    used_bytes integer not null,
    quota_bytes integer null
) without rowid
