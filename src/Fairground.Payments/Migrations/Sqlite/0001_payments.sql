create table payments_payment (
    id blob not null primary key,
    user_id blob not null,
    amount integer not null check (amount > 0),
    currency text not null,
    state integer not null check (state in (0, 1, 2, 3)),
    gateway text not null,
    hold_id blob not null,
    created_at integer not null,
    expires_at integer not null,
    completed_at integer,
    check ((state = 0) = (completed_at is null))
) without rowid
---
create index payments_payment_due on payments_payment (expires_at) where state = 0
---
create index payments_payment_user on payments_payment (user_id, id)
---
create trigger payments_payment_completes_once before update on payments_payment when old.state <> 0 begin select raise(abort, 'a payment is completed once'); end
---
create trigger payments_payment_no_delete before delete on payments_payment begin select raise(abort, 'a payment is never removed'); end
