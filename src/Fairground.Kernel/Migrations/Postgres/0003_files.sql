create table kernel_file (
    id uuid not null primary key,
    length bigint not null,
    media_type text not null,
    sha256 text not null,
    is_public integer not null,
    created_at bigint not null
)
---
create unique index kernel_file_sha256 on kernel_file (sha256)
---
create table kernel_file_chunk (
    file_id uuid not null,
    n integer not null,
    data bytea not null,
    primary key (file_id, n)
)
---
alter table kernel_file_chunk alter column data set storage external
