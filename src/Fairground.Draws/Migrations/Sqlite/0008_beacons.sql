alter table draws_sale add column step integer not null default 0
---
create table draws_beacon (
    lot_id blob not null primary key,
    published text not null,
    randomness blob not null
)
---
create table draws_log_line (
    line_no integer not null primary key,
    lot_id blob not null,
    step integer not null,
    statement text not null,
    line text not null,
    unique (lot_id, step)
)
---
insert into draws_log_line (line_no, lot_id, step, statement, line) select line_no, lot_id, 0, closing, line from draws_closing_log
---
drop table draws_closing_log
---
alter table draws_log_line rename to draws_closing_log
---
create trigger draws_beacon_no_update before update on draws_beacon begin select raise(abort, 'draws_beacon is append-only'); end
---
create trigger draws_beacon_no_delete before delete on draws_beacon begin select raise(abort, 'draws_beacon is append-only'); end
---
create trigger draws_closing_log_no_update before update on draws_closing_log begin select raise(abort, 'draws_closing_log is append-only'); end
---
create trigger draws_closing_log_no_delete before delete on draws_closing_log begin select raise(abort, 'draws_closing_log is append-only'); end
