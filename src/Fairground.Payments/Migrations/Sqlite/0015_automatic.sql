create table payments_method (
    id blob not null primary key,
    user_id blob not null,
    gateway text not null,
    currency text not null,
    setup_ref text,
    token text,
    label text,
    made_at integer not null,
    removed_at integer
) without rowid
---
create index payments_method_user on payments_method (user_id)
---
create table payments_auto (
    id blob not null primary key,
    user_id blob not null,
    currency text not null,
    method_id blob not null references payments_method (id),
    below integer not null check (below > 0),
    amount integer not null check (amount > 0),
    monthly_cap integer not null check (monthly_cap >= amount),
    is_on integer not null,
    failures integer not null,
    off_by text,
    next_at integer not null,
    changed_at integer not null
) without rowid
---
create index payments_auto_on on payments_auto (next_at) where is_on = 1
---
create index payments_auto_user on payments_auto (user_id)
---
create table payments_auto_charge (
    id blob not null primary key,
    setting_id blob not null references payments_auto (id),
    user_id blob not null,
    method_id blob not null references payments_method (id),
    month integer not null,
    amount integer not null check (amount > 0),
    at integer not null,
    payment_id blob,
    state text not null check (state in ('under_way', 'done', 'failed')),
    reason text
) without rowid
---
create unique index payments_auto_charge_one on payments_auto_charge (setting_id) where state = 'under_way'
---
create index payments_auto_charge_setting on payments_auto_charge (setting_id, month)
---
create index payments_auto_charge_user on payments_auto_charge (user_id)
