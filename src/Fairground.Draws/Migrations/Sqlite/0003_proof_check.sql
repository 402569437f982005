create table draws_proof_check (
    lot_id blob not null primary key,
    lot_state integer not null,
    checked_at integer not null,
    passed integer not null,
    noted integer not null,
    failed integer not null,
    holds integer not null,
    sentence text not null
)
