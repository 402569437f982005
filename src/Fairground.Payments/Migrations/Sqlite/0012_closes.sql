create table payments_daily_close (
    day text not null primary key,
    made_at integer not null,
    document text not null,
    signed text not null
) without rowid
---
create trigger payments_daily_close_no_update before update on payments_daily_close begin select raise(abort, 'a closed day stays as it is'); end
---
create trigger payments_daily_close_no_delete before delete on payments_daily_close begin select raise(abort, 'a closed day is never removed'); end
