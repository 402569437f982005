create table kernel_file (
    id blob not null primary key,
    length integer not null,
    media_type text not null,
    sha256 text not null,
    is_public integer not null,
    created_at integer not null
) without rowid
---
create unique index kernel_file_sha256 on kernel_file (sha256)
---
create table kernel_file_chunk (
    file_id blob not null,
    n integer not null,
    data blob not null,
    primary key (file_id, n)
)
