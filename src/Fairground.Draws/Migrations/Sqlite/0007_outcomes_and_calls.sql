alter table draws_lot add column outcomes_json text
---
alter table draws_lot add column unclaimed_policy integer not null default 0
---
alter table draws_sale add column unclaimed_policy integer not null default 0
---
alter table draws_win add column contacts integer not null default 0
---
alter table draws_win add column contact_at integer
---
update draws_win set contacts = 3 where state <> 0
---
create index draws_win_contact on draws_win (contact_at) where contact_at is not null
---
create table draws_call (
    lot_id blob not null,
    place integer not null,
    instead integer not null,
    reason text not null,
    at integer not null,
    primary key (lot_id, place)
)
---
create table draws_contact (
    win_id blob not null,
    lot_id blob not null,
    attempt integer not null,
    at integer not null,
    primary key (win_id, attempt)
)
---
create trigger draws_call_no_update before update on draws_call begin select raise(abort, 'draws_call is append-only'); end
---
create trigger draws_call_no_delete before delete on draws_call begin select raise(abort, 'draws_call is append-only'); end
---
create trigger draws_contact_no_update before update on draws_contact begin select raise(abort, 'draws_contact is append-only'); end
---
create trigger draws_contact_no_delete before delete on draws_contact begin select raise(abort, 'draws_contact is append-only'); end
