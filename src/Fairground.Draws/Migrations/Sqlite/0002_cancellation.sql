create table draws_cancellation (
    lot_id blob not null primary key,
    code text not null,
    reason text,
    cancelled_by blob,
    at integer not null
)
---
create trigger draws_cancellation_no_update before update on draws_cancellation begin select raise(abort, 'draws_cancellation is append-only'); end
---
create trigger draws_cancellation_no_delete before delete on draws_cancellation begin select raise(abort, 'draws_cancellation is append-only'); end
