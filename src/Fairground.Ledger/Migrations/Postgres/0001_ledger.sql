create table ledger_account (
    id uuid not null primary key,
    party uuid not null,
    purpose text not null,
    asset text not null,
    floor bigint,
    balance bigint not null,
    held bigint not null,
    check (held >= 0),
    check (floor is null or balance - held >= floor)
) with (fillfactor = 60)
---
create index ledger_account_party on ledger_account (party)
---
create table ledger_transfer (
    id uuid not null primary key,
    debit_id uuid not null references ledger_account (id),
    credit_id uuid not null references ledger_account (id),
    amount bigint not null check (amount > 0),
    movement integer not null,
    at bigint not null,
    reference uuid not null,
    check (debit_id <> credit_id)
)
---
create index ledger_transfer_debit on ledger_transfer (debit_id, id)
---
create index ledger_transfer_credit on ledger_transfer (credit_id, id)
---
create table ledger_hold (
    id uuid not null primary key,
    account_id uuid not null references ledger_account (id),
    amount bigint not null check (amount > 0),
    state integer not null check (state in (0, 1, 2)),
    expires_at bigint not null,
    reference uuid not null
)
---
create index ledger_hold_pending on ledger_hold (expires_at) where state = 0
---
create table ledger_command (
    scope uuid not null,
    key text not null,
    hash bytea not null,
    outcome text not null,
    at bigint not null,
    primary key (scope, key)
)
---
create function ledger_refuse_change() returns trigger language plpgsql as $$ begin raise exception '% is append-only', tg_table_name; end $$
---
create trigger ledger_transfer_append_only before update or delete on ledger_transfer for each row execute function ledger_refuse_change()
---
create trigger ledger_transfer_no_truncate before truncate on ledger_transfer for each statement execute function ledger_refuse_change()
---
create trigger ledger_command_append_only before update or delete on ledger_command for each row execute function ledger_refuse_change()
---
create trigger ledger_command_no_truncate before truncate on ledger_command for each statement execute function ledger_refuse_change()
---
create trigger ledger_account_no_delete before delete on ledger_account for each row execute function ledger_refuse_change()
---
create function ledger_hold_ends_once() returns trigger language plpgsql as $$ begin if old.state <> 0 then raise exception 'a hold ends once'; end if; return new; end $$
---
create trigger ledger_hold_ends_once before update on ledger_hold for each row execute function ledger_hold_ends_once()
