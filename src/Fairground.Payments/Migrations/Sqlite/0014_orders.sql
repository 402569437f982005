create table payments_order (
    id blob not null primary key,
    user_id blob not null,
    lot_id blob not null,
    title text not null,
    quantity integer not null check (quantity > 0),
    total integer not null check (total > 0),
    currency text not null,
    from_wallet integer not null check (from_wallet >= 0 and from_wallet < total),
    hold_id blob,
    payment_id blob not null,
    state integer not null check (state in (0, 1, 2, 3)),
    reason text,
    purchase_id blob,
    created_at integer not null,
    expires_at integer not null,
    ended_at integer,
    check ((from_wallet > 0) = (hold_id is not null)),
    check ((state = 0) = (ended_at is null)),
    check ((state = 1) = (purchase_id is not null))
) without rowid
---
create index payments_order_user on payments_order (user_id, id)
---
create index payments_order_waiting on payments_order (expires_at) where state = 0
---
create index payments_order_payment on payments_order (payment_id)
---
alter table payments_payment add column method_id blob
