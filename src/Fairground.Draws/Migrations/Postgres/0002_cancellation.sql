create table draws_cancellation (
    lot_id uuid not null primary key,
    code text not null,
    reason text,
    cancelled_by uuid,
    at bigint not null
)
---
create trigger draws_cancellation_append_only before update or delete on draws_cancellation for each row execute function draws_refuse_change()
---
create trigger draws_cancellation_no_truncate before truncate on draws_cancellation for each statement execute function draws_refuse_change()
