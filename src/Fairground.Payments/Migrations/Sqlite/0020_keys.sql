alter table payments_rule add column key_id blob not null default x'00000000000000000000000000000000'
---
update payments_rule set key_id = id
---
create unique index payments_rule_key on payments_rule (key_id)
---
create table payments_handled_new (
    id blob not null,
    what text not null check (what in ('wrong_amount', 'disputed', 'stuck', 'unknown_notice')),
    note text not null,
    handled_by blob not null,
    at integer not null,
    primary key (id, what)
) without rowid
---
insert into payments_handled_new (id, what, note, handled_by, at) select h.id, case when exists (select 1 from payments_notice n where n.id = h.id) then 'unknown_notice' when exists (select 1 from payments_payment p where p.id = h.id and p.trouble is not null) then 'wrong_amount' when exists (select 1 from payments_payment p where p.id = h.id and p.dispute = 1) then 'disputed' else 'stuck' end, h.note, h.handled_by, h.at from payments_handled h
---
drop table payments_handled
---
alter table payments_handled_new rename to payments_handled
---
create trigger payments_handled_no_delete before delete on payments_handled begin select raise(abort, 'what was noted stays'); end
---
create index payments_bank_line_matched on payments_bank_line (matched_id, amount)
