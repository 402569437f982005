create index catalog_picture_file on catalog_picture (file_id) where file_id is not null
---
create index catalog_import_file on catalog_import (file_id) where file_id is not null
---
create index catalog_import_picture_file on catalog_import_picture (file_id)
---
create index catalog_exchange_part_file on catalog_exchange_part (file_id)
---
create table catalog_document (
    id uuid not null primary key,
    shop_id uuid not null,
    file_id uuid not null,
    name text not null,
    for_everyone integer not null,
    created_by uuid null,
    created_at bigint not null
)
---
create index catalog_document_shop on catalog_document (shop_id, id)
---
create index catalog_document_file on catalog_document (file_id)
---
create table catalog_shop_file (
    shop_id uuid not null,
    file_id uuid not null,
    length bigint not null,
    charged_at bigint not null,
    primary key (shop_id, file_id)
)
---
create table catalog_shop_room (
    shop_id uuid not null primary key,
    used_bytes bigint not null,
    quota_bytes bigint null
)
