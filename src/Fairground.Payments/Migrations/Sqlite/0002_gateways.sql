drop trigger payments_payment_completes_once
---
alter table payments_payment add column gateway_ref text
---
alter table payments_payment add column charge_ref text
---
alter table payments_payment add column pay_url text
---
alter table payments_payment add column authorised integer not null default 0
---
alter table payments_payment add column captured integer not null default 0
---
alter table payments_payment add column refunded integer not null default 0
---
alter table payments_payment add column ended integer not null default 0
---
alter table payments_payment add column dispute integer not null default 0
---
alter table payments_payment add column disputed integer not null default 0
---
alter table payments_payment add column settled integer not null default 0
---
alter table payments_payment add column own_refunds integer not null default 0
---
alter table payments_payment add column taken integer not null default 0
---
alter table payments_payment add column trouble text
---
update payments_payment set captured = amount, authorised = amount where state = 1
---
update payments_payment set ended = 3 where state = 2
---
update payments_payment set ended = 1 where state = 3
---
create index payments_payment_gateway_ref on payments_payment (gateway_ref) where gateway_ref is not null
---
create index payments_payment_charge_ref on payments_payment (charge_ref) where charge_ref is not null
---
create index payments_payment_taken on payments_payment (user_id, currency) where taken > 0
---
create index payments_payment_trouble on payments_payment (id) where trouble is not null
---
create trigger payments_payment_forward before update on payments_payment
when (old.state = 1 and new.state <> 1) or (old.state <> 0 and new.state = 0) or (old.state = 2 and new.state = 3)
  or new.captured < old.captured or new.refunded < old.refunded or new.ended < old.ended or new.dispute < old.dispute or new.settled < old.settled
begin select raise(abort, 'a payment only moves forward'); end
---
create trigger payments_payment_identity before update on payments_payment
when old.id is not new.id or old.user_id is not new.user_id or old.amount is not new.amount or old.currency is not new.currency or old.gateway is not new.gateway
  or old.hold_id is not new.hold_id or old.created_at is not new.created_at
begin select raise(abort, 'a payment stays what it is'); end
---
create table payments_watch (
    payment_id blob not null primary key,
    next_at integer not null,
    tries integer not null
) without rowid
---
create index payments_watch_due on payments_watch (next_at)
---
create table payments_notice (
    id blob not null primary key,
    gateway text not null,
    event_id text not null,
    kind text not null,
    payment_id blob,
    refs text not null,
    received_at integer not null,
    done_at integer,
    next_at integer not null,
    tries integer not null,
    outcome text
) without rowid
---
create index payments_notice_due on payments_notice (next_at) where done_at is null
---
create index payments_notice_payment on payments_notice (payment_id)
---
create trigger payments_notice_no_delete before delete on payments_notice begin select raise(abort, 'a notice stays on record'); end
---
create table payments_counter (
    id blob not null primary key,
    last integer not null
) without rowid
