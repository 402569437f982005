create table payments_rule (
    id uuid not null primary key,
    user_id uuid not null,
    scope integer not null check (scope in (0, 1, 2)),
    scope_id uuid,
    quantity integer not null check (quantity > 0),
    ceiling bigint not null check (ceiling > 0),
    budget bigint not null check (budget > 0),
    currency text not null,
    state integer not null check (state in (0, 1, 2)),
    paused_by text,
    created_at bigint not null,
    active_since bigint not null,
    check ((scope = 0) = (scope_id is null))
)
---
create index payments_rule_user on payments_rule (user_id)
---
create index payments_rule_active on payments_rule (currency, id) where state = 0
---
create table payments_rule_run (
    id uuid not null primary key,
    rule_id uuid not null references payments_rule (id),
    user_id uuid not null,
    lot_id uuid not null,
    title text not null,
    at bigint not null,
    month integer not null,
    amount bigint not null check (amount > 0),
    state integer not null check (state in (0, 1, 2)),
    reason text,
    purchase_id uuid,
    check ((state = 1) = (purchase_id is not null)),
    check ((state = 2) = (reason is not null))
)
---
create index payments_rule_run_rule on payments_rule_run (rule_id, month)
---
create index payments_rule_run_trying on payments_rule_run (at) where state = 0
---
create index payments_rule_run_user on payments_rule_run (user_id)
---
create table payments_rule_lot (
    lot_id uuid not null primary key,
    opened_at bigint not null,
    after uuid not null,
    done_at bigint
)
---
create index payments_rule_lot_open on payments_rule_lot (opened_at) where done_at is null
---
create trigger payments_rule_run_no_delete before delete on payments_rule_run for each row execute function payments_refuse_delete()
