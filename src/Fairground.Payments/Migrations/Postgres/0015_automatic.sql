create table payments_method (
    id uuid not null primary key,
    user_id uuid not null,
    gateway text not null,
    currency text not null,
    setup_ref text,
    token text,
    label text,
    made_at bigint not null,
    removed_at bigint
)
---
create index payments_method_user on payments_method (user_id)
---
create table payments_auto (
    id uuid not null primary key,
    user_id uuid not null,
    currency text not null,
    method_id uuid not null references payments_method (id),
    below bigint not null check (below > 0),
    amount bigint not null check (amount > 0),
    monthly_cap bigint not null check (monthly_cap >= amount),
    is_on integer not null,
    failures integer not null,
    off_by text,
    next_at bigint not null,
    changed_at bigint not null
)
---
create index payments_auto_on on payments_auto (next_at) where is_on = 1
---
create index payments_auto_user on payments_auto (user_id)
---
create table payments_auto_charge (
    id uuid not null primary key,
    setting_id uuid not null references payments_auto (id),
    user_id uuid not null,
    method_id uuid not null references payments_method (id),
    month integer not null,
    amount bigint not null check (amount > 0),
    at bigint not null,
    payment_id uuid,
    state text not null check (state in ('under_way', 'done', 'failed')),
    reason text
)
---
create unique index payments_auto_charge_one on payments_auto_charge (setting_id) where state = 'under_way'
---
create index payments_auto_charge_setting on payments_auto_charge (setting_id, month)
---
create index payments_auto_charge_user on payments_auto_charge (user_id)
