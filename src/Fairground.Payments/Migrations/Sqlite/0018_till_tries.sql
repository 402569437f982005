create table payments_till_tries (
    id blob not null primary key,
    since integer not null,
    wrong integer not null check (wrong >= 0)
) without rowid
