create table kernel_person_key (
    person_id uuid not null primary key,
    wrapped bytea,
    made_at bigint not null,
    destroyed_at bigint,
    check (wrapped is null or destroyed_at is null)
)
