create table payments_payout_left (
    payout_id uuid not null primary key,
    batch_id uuid not null references payments_payout_file (id)
)
---
create index payments_payout_left_file on payments_payout_left (batch_id)
---
create trigger payments_payout_left_no_delete before delete on payments_payout_left for each row execute function payments_refuse_delete()
---
alter table payments_daily_close add column through_id uuid
---
create table payments_handled (
    id uuid not null primary key,
    note text not null,
    handled_by uuid not null,
    at bigint not null
)
---
create trigger payments_handled_no_delete before delete on payments_handled for each row execute function payments_refuse_delete()
---
create index payments_payment_looked on payments_payment (id) where trouble is not null or dispute = 1
---
create index payments_notice_open on payments_notice (received_at) where outcome is null or outcome = 'parked'
