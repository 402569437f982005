create table payments_bank_reference (
    id uuid not null primary key,
    user_id uuid not null,
    currency text not null,
    reference text not null,
    made_at bigint not null
)
---
create unique index payments_bank_reference_text on payments_bank_reference (reference)
---
create index payments_bank_reference_user on payments_bank_reference (user_id)
---
create table payments_bank_statement (
    id uuid not null primary key,
    sha256 text not null,
    format text not null,
    taken_at bigint not null,
    taken_by uuid not null,
    lines integer not null,
    fresh integer not null
)
---
create unique index payments_bank_statement_sha256 on payments_bank_statement (sha256)
---
create table payments_bank_line (
    id uuid not null primary key,
    statement_id uuid not null references payments_bank_statement (id),
    booked_on text not null,
    direction integer not null check (direction in (0, 1)),
    amount bigint not null check (amount > 0),
    currency text not null,
    counterparty text not null,
    counterparty_account text not null,
    purpose text not null,
    reference text not null,
    bank_reference text not null,
    return_reason text,
    state integer not null check (state in (0, 1, 2)),
    matched_kind text,
    matched_id uuid,
    note text,
    settled_at bigint,
    check ((state = 0) = (settled_at is null)),
    check ((state = 1) = (matched_kind is not null))
)
---
create index payments_bank_line_waiting on payments_bank_line (id) where state = 0
---
create index payments_bank_line_statement on payments_bank_line (statement_id)
---
create function payments_bank_line_ends() returns trigger language plpgsql as $$ begin
    if old.state = 1 then raise exception 'a matched line stays matched'; end if;
    if (old.id, old.statement_id, old.booked_on, old.direction, old.amount, old.currency, old.reference, old.bank_reference) is distinct from
        (new.id, new.statement_id, new.booked_on, new.direction, new.amount, new.currency, new.reference, new.bank_reference) then raise exception 'a line says what the bank said'; end if;
    return new;
end $$
---
create trigger payments_bank_line_ends before update on payments_bank_line for each row execute function payments_bank_line_ends()
---
create trigger payments_bank_line_no_delete before delete on payments_bank_line for each row execute function payments_refuse_delete()
