alter table kernel_file add column store text not null default 'database'
---
alter table kernel_file add column leftover text null
---
alter table kernel_file add column touched_at integer not null default 0
---
alter table kernel_file add column orphan_since integer null
---
update kernel_file set touched_at = created_at
---
create index kernel_file_store on kernel_file (store, id)
---
create index kernel_file_leftover on kernel_file (id) where leftover is not null
---
create table kernel_file_upload (
    file_id blob not null primary key,
    started_at integer not null
) without rowid
---
create table kernel_picture (
    file_id blob not null primary key,
    width integer not null,
    height integer not null,
    due_at integer null,
    tries integer not null,
    error text null
) without rowid
---
create index kernel_picture_due on kernel_picture (due_at) where due_at is not null
---
create table kernel_picture_size (
    file_id blob not null,
    width integer not null,
    height integer not null,
    made_file_id blob not null,
    primary key (file_id, width)
) without rowid
---
create index kernel_picture_size_made on kernel_picture_size (made_file_id)
---
insert into kernel_picture (file_id, width, height, due_at, tries, error)
select id, 0, 0, created_at, 0, null from kernel_file where is_public = 1 and media_type like 'image/%'
