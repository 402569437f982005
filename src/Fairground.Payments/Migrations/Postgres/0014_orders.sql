create table payments_order (
    id uuid not null primary key,
    user_id uuid not null,
    lot_id uuid not null,
    title text not null,
    quantity integer not null check (quantity > 0),
    total bigint not null check (total > 0),
    currency text not null,
    from_wallet bigint not null check (from_wallet >= 0 and from_wallet < total),
    hold_id uuid,
    payment_id uuid not null,
    state integer not null check (state in (0, 1, 2, 3)),
    reason text,
    purchase_id uuid,
    created_at bigint not null,
    expires_at bigint not null,
    ended_at bigint,
    check ((from_wallet > 0) = (hold_id is not null)),
    check ((state = 0) = (ended_at is null)),
    check ((state = 1) = (purchase_id is not null))
)
---
create index payments_order_user on payments_order (user_id, id)
---
create index payments_order_waiting on payments_order (expires_at) where state = 0
---
create index payments_order_payment on payments_order (payment_id)
---
alter table payments_payment add column method_id uuid
