create table payments_till_tries (
    id uuid not null primary key,
    since bigint not null,
    wrong integer not null check (wrong >= 0)
)
