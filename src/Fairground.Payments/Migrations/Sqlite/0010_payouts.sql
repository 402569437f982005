create table payments_payee (
    organisation_id blob not null primary key,
    check_state integer not null check (check_state in (0, 1, 2)),
    check_reason text,
    checked_at integer,
    schedule integer not null check (schedule in (0, 1, 2, 3)),
    minimum integer not null check (minimum >= 0),
    minimum_currency text not null,
    next_at integer,
    check ((schedule = 0) = (next_at is null))
) without rowid
---
create index payments_payee_due on payments_payee (next_at) where next_at is not null
---
create table payments_bank_details (
    id blob not null primary key,
    organisation_id blob not null,
    currency text not null,
    kind integer not null check (kind in (0, 1, 2)),
    holder text not null,
    account_number text not null,
    bank_id text not null,
    made_at integer not null,
    made_by blob not null,
    valid_from integer not null,
    withdrawn_at integer
) without rowid
---
create index payments_bank_details_of on payments_bank_details (organisation_id, currency, valid_from)
---
create table payments_payout_run (
    id blob not null primary key,
    asked_at integer not null,
    asked_by blob,
    finished_at integer,
    made integer not null,
    skipped integer not null
) without rowid
---
create unique index payments_payout_run_open on payments_payout_run ((finished_at is null)) where finished_at is null
---
create table payments_payout (
    id blob not null primary key,
    organisation_id blob not null,
    bank_details_id blob not null references payments_bank_details (id),
    batch_id blob,
    amount integer not null check (amount > 0),
    currency text not null,
    state integer not null check (state in (0, 1, 2)),
    reference text not null,
    made_at integer not null,
    paid_at integer,
    returned_at integer,
    reason text,
    check ((state = 2) = (returned_at is not null)),
    check (state <> 1 or paid_at is not null)
) without rowid
---
create unique index payments_payout_reference on payments_payout (reference)
---
create index payments_payout_of on payments_payout (organisation_id, id)
---
create index payments_payout_waiting on payments_payout (currency, id) where state = 0 and batch_id is null
---
create index payments_payout_in_file on payments_payout (batch_id) where batch_id is not null
---
create table payments_payout_file (
    id blob not null primary key,
    run_id blob not null,
    currency text not null,
    made_at integer not null,
    executes_on text not null,
    payouts integer not null,
    total integer not null,
    payer_name text not null,
    payer_account text not null,
    payer_bank text not null,
    sha256 text not null,
    taken_at integer
) without rowid
---
create trigger payments_payout_moves_on before update on payments_payout
when old.state = 2 or (old.state = 1 and new.state = 0)
begin select raise(abort, 'a payout only moves on'); end
---
create trigger payments_payout_identity before update on payments_payout
when old.id is not new.id or old.organisation_id is not new.organisation_id or old.bank_details_id is not new.bank_details_id or old.amount is not new.amount
    or old.currency is not new.currency or old.reference is not new.reference or old.made_at is not new.made_at or (old.batch_id is not null and new.batch_id is not old.batch_id)
begin select raise(abort, 'a payout stays what it is'); end
---
create trigger payments_payout_no_delete before delete on payments_payout begin select raise(abort, 'a payout is never removed'); end
---
create trigger payments_payout_file_no_delete before delete on payments_payout_file begin select raise(abort, 'a payout file is never removed'); end
---
create trigger payments_bank_details_no_delete before delete on payments_bank_details begin select raise(abort, 'bank details are never removed'); end
---
create trigger payments_bank_details_stay before update of id, organisation_id, currency, kind, holder, account_number, bank_id, made_at, made_by, valid_from on payments_bank_details
begin select raise(abort, 'bank details are replaced, never changed'); end
