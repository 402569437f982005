create table payments_daily_close (
    day text not null primary key,
    made_at bigint not null,
    document text not null,
    signed text not null
)
---
create trigger payments_daily_close_no_update before update on payments_daily_close for each row execute function payments_refuse_delete()
---
create trigger payments_daily_close_no_delete before delete on payments_daily_close for each row execute function payments_refuse_delete()
---
create trigger payments_daily_close_no_truncate before truncate on payments_daily_close for each statement execute function payments_refuse_delete()
