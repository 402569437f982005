create table ledger_account (
    id blob not null primary key,
    party blob not null,
    purpose text not null,
    asset text not null,
    floor integer,
    balance integer not null,
    held integer not null,
    check (held >= 0),
    check (floor is null or balance - held >= floor)
) without rowid
---
create index ledger_account_party on ledger_account (party)
---
create table ledger_transfer (
    id blob not null primary key,
    debit_id blob not null references ledger_account (id),
    credit_id blob not null references ledger_account (id),
    amount integer not null check (amount > 0),
    movement integer not null,
    at integer not null,
    reference blob not null,
    check (debit_id <> credit_id)
) without rowid
---
create index ledger_transfer_debit on ledger_transfer (debit_id, id)
---
create index ledger_transfer_credit on ledger_transfer (credit_id, id)
---
create table ledger_hold (
    id blob not null primary key,
    account_id blob not null references ledger_account (id),
    amount integer not null check (amount > 0),
    state integer not null check (state in (0, 1, 2)),
    expires_at integer not null,
    reference blob not null
) without rowid
---
create index ledger_hold_pending on ledger_hold (expires_at) where state = 0
---
create table ledger_command (
    scope blob not null,
    key text not null,
    hash blob not null,
    outcome text not null,
    at integer not null,
    primary key (scope, key)
) without rowid
---
create trigger ledger_transfer_no_update before update on ledger_transfer begin select raise(abort, 'ledger_transfer is append-only'); end
---
create trigger ledger_transfer_no_delete before delete on ledger_transfer begin select raise(abort, 'ledger_transfer is append-only'); end
---
create trigger ledger_command_no_update before update on ledger_command begin select raise(abort, 'ledger_command is append-only'); end
---
create trigger ledger_command_no_delete before delete on ledger_command begin select raise(abort, 'ledger_command is append-only'); end
---
create trigger ledger_account_no_delete before delete on ledger_account begin select raise(abort, 'an account is never removed'); end
---
create trigger ledger_hold_ends_once before update on ledger_hold when old.state <> 0 begin select raise(abort, 'a hold ends once'); end
