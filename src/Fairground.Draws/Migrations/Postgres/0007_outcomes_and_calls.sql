alter table draws_lot add column outcomes_json text
---
alter table draws_lot add column unclaimed_policy integer not null default 0
---
alter table draws_sale add column unclaimed_policy integer not null default 0
---
alter table draws_win add column contacts integer not null default 0
---
alter table draws_win add column contact_at bigint
---
update draws_win set contacts = 3 where state <> 0
---
create index draws_win_contact on draws_win (contact_at) where contact_at is not null
---
create table draws_call (
    lot_id uuid not null,
    place integer not null,
    instead integer not null,
    reason text not null,
    at bigint not null,
    primary key (lot_id, place)
)
---
create table draws_contact (
    win_id uuid not null,
    lot_id uuid not null,
    attempt integer not null,
    at bigint not null,
    primary key (win_id, attempt)
)
---
create trigger draws_call_append_only before update or delete on draws_call for each row execute function draws_refuse_change()
---
create trigger draws_call_no_truncate before truncate on draws_call for each statement execute function draws_refuse_change()
---
create trigger draws_contact_append_only before update or delete on draws_contact for each row execute function draws_refuse_change()
---
create trigger draws_contact_no_truncate before truncate on draws_contact for each statement execute function draws_refuse_change()
