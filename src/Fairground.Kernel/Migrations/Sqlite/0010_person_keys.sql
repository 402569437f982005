create table kernel_person_key (
    person_id blob not null primary key,
    wrapped blob,
    made_at integer not null,
    destroyed_at integer,
    check (wrapped is null or destroyed_at is null)
) without rowid
