alter table payments_payment add column outside bigint not null default 0
---
alter table payments_payment add column returned bigint not null default 0
---
update payments_payment set outside = refunded where refunded > 0
---
create table payments_refund (
    id uuid not null primary key,
    payment_id uuid not null,
    user_id uuid not null,
    amount bigint not null check (amount > 0),
    fee bigint not null check (fee >= 0 and fee < amount),
    currency text not null,
    state integer not null check (state in (0, 1, 2, 3)),
    gateway_ref text,
    reason text,
    attempt integer not null,
    asked_by uuid not null,
    asked_at bigint not null,
    ended_at bigint,
    next_at bigint not null default 0
)
---
create index payments_refund_payment on payments_refund (payment_id)
---
create index payments_refund_user on payments_refund (user_id)
---
create index payments_refund_due on payments_refund (next_at) where state = 0
---
create index payments_refund_waits on payments_refund (asked_at) where state = 3
---
create trigger payments_refund_no_delete before delete on payments_refund for each row execute function payments_refuse_delete()
