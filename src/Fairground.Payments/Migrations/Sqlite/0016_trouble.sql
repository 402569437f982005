create table payments_payout_left (
    payout_id blob not null primary key,
    batch_id blob not null references payments_payout_file (id)
) without rowid
---
create index payments_payout_left_file on payments_payout_left (batch_id)
---
create trigger payments_payout_left_no_delete before delete on payments_payout_left begin select raise(abort, 'what was left out of a file stays out'); end
---
alter table payments_daily_close add column through_id blob
---
create table payments_handled (
    id blob not null primary key,
    note text not null,
    handled_by blob not null,
    at integer not null
) without rowid
---
create trigger payments_handled_no_delete before delete on payments_handled begin select raise(abort, 'what was noted stays'); end
---
create index payments_payment_looked on payments_payment (id) where trouble is not null or dispute = 1
---
create index payments_notice_open on payments_notice (received_at) where outcome is null or outcome = 'parked'
