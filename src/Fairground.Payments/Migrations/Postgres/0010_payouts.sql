create table payments_payee (
    organisation_id uuid not null primary key,
    check_state integer not null check (check_state in (0, 1, 2)),
    check_reason text,
    checked_at bigint,
    schedule integer not null check (schedule in (0, 1, 2, 3)),
    minimum bigint not null check (minimum >= 0),
    minimum_currency text not null,
    next_at bigint,
    check ((schedule = 0) = (next_at is null))
)
---
create index payments_payee_due on payments_payee (next_at) where next_at is not null
---
create table payments_bank_details (
    id uuid not null primary key,
    organisation_id uuid not null,
    currency text not null,
    kind integer not null check (kind in (0, 1, 2)),
    holder text not null,
    account_number text not null,
    bank_id text not null,
    made_at bigint not null,
    made_by uuid not null,
    valid_from bigint not null,
    withdrawn_at bigint
)
---
create index payments_bank_details_of on payments_bank_details (organisation_id, currency, valid_from)
---
create table payments_payout_run (
    id uuid not null primary key,
    asked_at bigint not null,
    asked_by uuid,
    finished_at bigint,
    made integer not null,
    skipped integer not null
)
---
create unique index payments_payout_run_open on payments_payout_run ((finished_at is null)) where finished_at is null
---
create table payments_payout (
    id uuid not null primary key,
    organisation_id uuid not null,
    bank_details_id uuid not null references payments_bank_details (id),
    batch_id uuid,
    amount bigint not null check (amount > 0),
    currency text not null,
    state integer not null check (state in (0, 1, 2)),
    reference text not null,
    made_at bigint not null,
    paid_at bigint,
    returned_at bigint,
    reason text,
    check ((state = 2) = (returned_at is not null)),
    check (state <> 1 or paid_at is not null)
)
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
    id uuid not null primary key,
    run_id uuid not null,
    currency text not null,
    made_at bigint not null,
    executes_on text not null,
    payouts integer not null,
    total bigint not null,
    payer_name text not null,
    payer_account text not null,
    payer_bank text not null,
    sha256 text not null,
    taken_at bigint
)
---
create function payments_payout_moves_on() returns trigger language plpgsql as $$ begin
    if old.state = 2 or (old.state = 1 and new.state = 0) then raise exception 'a payout only moves on'; end if;
    if (old.id, old.organisation_id, old.bank_details_id, old.amount, old.currency, old.reference, old.made_at) is distinct from
        (new.id, new.organisation_id, new.bank_details_id, new.amount, new.currency, new.reference, new.made_at) then raise exception 'a payout stays what it is'; end if;
    if old.batch_id is not null and new.batch_id is distinct from old.batch_id then raise exception 'a payout stays in its file'; end if;
    return new;
end $$
---
create trigger payments_payout_moves_on before update on payments_payout for each row execute function payments_payout_moves_on()
---
create trigger payments_payout_no_delete before delete on payments_payout for each row execute function payments_refuse_delete()
---
create trigger payments_payout_no_truncate before truncate on payments_payout for each statement execute function payments_refuse_delete()
---
create trigger payments_payout_file_no_delete before delete on payments_payout_file for each row execute function payments_refuse_delete()
---
create trigger payments_bank_details_no_delete before delete on payments_bank_details for each row execute function payments_refuse_delete()
---
create function payments_bank_details_stay() returns trigger language plpgsql as $$ begin raise exception 'bank details are replaced, never changed'; end $$
---
create trigger payments_bank_details_stay before update of id, organisation_id, currency, kind, holder, account_number, bank_id, made_at, made_by, valid_from on payments_bank_details for each row execute function payments_bank_details_stay()
