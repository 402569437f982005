create table payments_payment (
    id uuid not null primary key,
    user_id uuid not null,
    amount bigint not null check (amount > 0),
    currency text not null,
    state integer not null check (state in (0, 1, 2, 3)),
    gateway text not null,
    hold_id uuid not null,
    created_at bigint not null,
    expires_at bigint not null,
    completed_at bigint,
    check ((state = 0) = (completed_at is null))
)
---
create index payments_payment_due on payments_payment (expires_at) where state = 0
---
create index payments_payment_user on payments_payment (user_id, id)
---
create function payments_completes_once() returns trigger language plpgsql as $$ begin if old.state <> 0 then raise exception 'a payment is completed once'; end if; return new; end $$
---
create trigger payments_payment_completes_once before update on payments_payment for each row execute function payments_completes_once()
---
create function payments_refuse_delete() returns trigger language plpgsql as $$ begin raise exception '% is never removed', tg_table_name; end $$
---
create trigger payments_payment_no_delete before delete on payments_payment for each row execute function payments_refuse_delete()
---
create trigger payments_payment_no_truncate before truncate on payments_payment for each statement execute function payments_refuse_delete()
