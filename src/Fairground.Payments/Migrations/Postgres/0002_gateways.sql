drop trigger payments_payment_completes_once on payments_payment
---
drop function payments_completes_once()
---
alter table payments_payment
    add column gateway_ref text, add column charge_ref text, add column pay_url text,
    add column authorised bigint not null default 0, add column captured bigint not null default 0, add column refunded bigint not null default 0,
    add column ended integer not null default 0, add column dispute integer not null default 0, add column disputed bigint not null default 0,
    add column settled integer not null default 0, add column own_refunds bigint not null default 0, add column taken bigint not null default 0, add column trouble text
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
create function payments_only_forward() returns trigger language plpgsql as $$ begin
  if (old.state = 1 and new.state <> 1) or (old.state <> 0 and new.state = 0) or (old.state = 2 and new.state = 3)
    or new.captured < old.captured or new.refunded < old.refunded or new.ended < old.ended or new.dispute < old.dispute or new.settled < old.settled
  then raise exception 'a payment only moves forward'; end if;
  if (old.id, old.user_id, old.amount, old.currency, old.gateway, old.hold_id, old.created_at) is distinct from (new.id, new.user_id, new.amount, new.currency, new.gateway, new.hold_id, new.created_at)
  then raise exception 'a payment stays what it is'; end if;
  return new; end $$
---
create trigger payments_payment_forward before update on payments_payment for each row execute function payments_only_forward()
---
create table payments_watch (
    payment_id uuid not null primary key,
    next_at bigint not null,
    tries integer not null
)
---
create index payments_watch_due on payments_watch (next_at)
---
create table payments_notice (
    id uuid not null primary key,
    gateway text not null,
    event_id text not null,
    kind text not null,
    payment_id uuid,
    refs text not null,
    received_at bigint not null,
    done_at bigint,
    next_at bigint not null,
    tries integer not null,
    outcome text
)
---
create index payments_notice_due on payments_notice (next_at) where done_at is null
---
create index payments_notice_payment on payments_notice (payment_id)
---
create trigger payments_notice_no_delete before delete on payments_notice for each row execute function payments_refuse_delete()
---
create table payments_counter (
    id uuid not null primary key,
    last bigint not null
)
