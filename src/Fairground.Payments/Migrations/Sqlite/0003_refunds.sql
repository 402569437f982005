alter table payments_payment add column outside integer not null default 0
---
alter table payments_payment add column returned integer not null default 0
---
update payments_payment set outside = refunded where refunded > 0
---
create table payments_refund (
    id blob not null primary key,
    payment_id blob not null,
    user_id blob not null,
    amount integer not null check (amount > 0),
    fee integer not null check (fee >= 0 and fee < amount),
    currency text not null,
    state integer not null check (state in (0, 1, 2, 3)),
    gateway_ref text,
    reason text,
    attempt integer not null,
    asked_by blob not null,
    asked_at integer not null,
    ended_at integer,
    next_at integer not null default 0
) without rowid
---
create index payments_refund_payment on payments_refund (payment_id)
---
create index payments_refund_user on payments_refund (user_id)
---
create index payments_refund_due on payments_refund (next_at) where state = 0
---
create index payments_refund_waits on payments_refund (asked_at) where state = 3
---
create trigger payments_refund_no_delete before delete on payments_refund begin select raise(abort, 'a refund stays on record'); end
