alter table draws_sale add column step integer not null default 0
---
create table draws_beacon (
    lot_id uuid not null primary key,
    published text not null,
    randomness bytea not null
)
---
create table draws_log_line (
    line_no bigint not null primary key,
    lot_id uuid not null,
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
create trigger draws_beacon_append_only before update or delete on draws_beacon for each row execute function draws_refuse_change()
---
create trigger draws_beacon_no_truncate before truncate on draws_beacon for each statement execute function draws_refuse_change()
---
create trigger draws_closing_log_append_only before update or delete on draws_closing_log for each row execute function draws_refuse_change()
---
create trigger draws_closing_log_no_truncate before truncate on draws_closing_log for each statement execute function draws_refuse_change()
