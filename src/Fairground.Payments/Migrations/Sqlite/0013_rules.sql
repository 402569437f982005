create table payments_rule (
    id blob not null primary key,
    user_id blob not null,
    scope integer not null check (scope in (0, 1, 2)),
    scope_id blob,
    quantity integer not null check (quantity > 0),
    ceiling integer not null check (ceiling > 0),
    budget integer not null check (budget > 0),
    currency text not null,
    state integer not null check (state in (0, 1, 2)),
    paused_by text,
    created_at integer not null,
    active_since integer not null,
    check ((scope = 0) = (scope_id is null))
) without rowid
---
create index payments_rule_user on payments_rule (user_id)
---
create index payments_rule_active on payments_rule (currency, id) where state = 0
---
create table payments_rule_run (
    id blob not null primary key,
    rule_id blob not null references payments_rule (id),
    user_id blob not null,
    lot_id blob not null,
    title text not null,
    at integer not null,
    month integer not null,
    amount integer not null check (amount > 0),
    state integer not null check (state in (0, 1, 2)),
    reason text,
    purchase_id blob,
    check ((state = 1) = (purchase_id is not null)),
    check ((state = 2) = (reason is not null))
) without rowid
---
create index payments_rule_run_rule on payments_rule_run (rule_id, month)
---
create index payments_rule_run_trying on payments_rule_run (at) where state = 0
---
create index payments_rule_run_user on payments_rule_run (user_id)
---
create table payments_rule_lot (
    lot_id blob not null primary key,
    opened_at integer not null,
    after blob not null,
    done_at integer
) without rowid
---
create index payments_rule_lot_open on payments_rule_lot (opened_at) where done_at is null
---
create trigger payments_rule_run_no_delete before delete on payments_rule_run begin select raise(abort, 'what a rule did is never removed'); end
