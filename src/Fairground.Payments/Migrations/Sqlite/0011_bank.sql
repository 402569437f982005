create table payments_bank_reference (
    id blob not null primary key,
    user_id blob not null,
    currency text not null,
    reference text not null,
    made_at integer not null
) without rowid
---
create unique index payments_bank_reference_text on payments_bank_reference (reference)
---
create index payments_bank_reference_user on payments_bank_reference (user_id)
---
create table payments_bank_statement (
    id blob not null primary key,
    sha256 text not null,
    format text not null,
    taken_at integer not null,
    taken_by blob not null,
    lines integer not null,
    fresh integer not null
) without rowid
---
create unique index payments_bank_statement_sha256 on payments_bank_statement (sha256)
---
create table payments_bank_line (
    id blob not null primary key,
    statement_id blob not null references payments_bank_statement (id),
    booked_on text not null,
    direction integer not null check (direction in (0, 1)),
    amount integer not null check (amount > 0),
    currency text not null,
    counterparty text not null,
    counterparty_account text not null,
    purpose text not null,
    reference text not null,
    bank_reference text not null,
    return_reason text,
    state integer not null check (state in (0, 1, 2)),
    matched_kind text,
    matched_id blob,
    note text,
    settled_at integer,
    check ((state = 0) = (settled_at is null)),
    check ((state = 1) = (matched_kind is not null))
) without rowid
---
create index payments_bank_line_waiting on payments_bank_line (id) where state = 0
---
create index payments_bank_line_statement on payments_bank_line (statement_id)
---
create trigger payments_bank_line_ends before update on payments_bank_line
when old.state = 1 or old.id is not new.id or old.statement_id is not new.statement_id or old.booked_on is not new.booked_on or old.direction is not new.direction or old.amount is not new.amount
    or old.currency is not new.currency or old.reference is not new.reference or old.bank_reference is not new.bank_reference
begin select raise(abort, 'a line says what the bank said, and a matched one stays matched'); end
---
create trigger payments_bank_line_no_delete before delete on payments_bank_line begin select raise(abort, 'a line is never removed'); end
