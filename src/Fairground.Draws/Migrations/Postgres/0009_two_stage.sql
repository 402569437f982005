alter table draws_sale add column kind integer not null default 0
---
alter table draws_sale add column least integer not null default 1
---
create table draws_two_stage (
    lot_id uuid not null primary key,
    price bigint not null check (price > 0),
    quantity integer not null check (quantity > 0),
    predicted integer not null check (predicted > 1),
    first_payment bigint not null check (first_payment > 0),
    fee bigint not null check (fee >= 0),
    mileage_percent integer not null,
    mileage_rate integer not null,
    mileage_days integer not null,
    deposit bigint not null check (deposit > 0),
    least integer not null,
    stop_at_predicted integer not null,
    draw_by_hand integer not null,
    mode integer not null,
    ways integer not null,
    approve_days integer not null,
    hand_over_days integer not null,
    deposit_state integer not null,
    deposit_from integer not null,
    deposit_by uuid,
    deposit_at bigint,
    applicants integer not null,
    captured integer not null,
    paying_out integer not null,
    delivered integer not null,
    losing integer not null,
    back_each bigint not null,
    mileage_each bigint not null,
    deposit_each bigint not null,
    mileage_expires_at bigint
)
---
create table draws_second_payment (
    win_id uuid not null primary key,
    lot_id uuid not null,
    user_id uuid not null,
    unit integer not null,
    amount bigint not null check (amount >= 0),
    paid_at bigint
)
---
create index draws_second_payment_lot on draws_second_payment (lot_id)
---
create index draws_second_payment_user on draws_second_payment (user_id)
---
create table draws_spent_mileage (
    lot_id uuid not null,
    user_id uuid not null,
    amount bigint not null check (amount >= 0),
    expires_at bigint,
    primary key (lot_id, user_id)
)
---
create index draws_spent_mileage_user on draws_spent_mileage (user_id)
---
create table draws_mileage (
    account_id uuid not null primary key,
    user_id uuid not null,
    currency text not null,
    lots text not null,
    expires_at bigint
) with (fillfactor = 70)
---
create index draws_mileage_user on draws_mileage (user_id)
---
create index draws_mileage_expiry on draws_mileage (expires_at) where expires_at is not null
---
create index draws_win_pay on draws_win (claim_by) where state = 5
