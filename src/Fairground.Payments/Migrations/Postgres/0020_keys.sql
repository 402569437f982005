alter table payments_rule add column key_id uuid
---
update payments_rule set key_id = id
---
alter table payments_rule alter column key_id set not null
---
create unique index payments_rule_key on payments_rule (key_id)
---
alter table payments_handled add column what text check (what in ('wrong_amount', 'disputed', 'stuck', 'unknown_notice'))
---
update payments_handled h set what = case when exists (select 1 from payments_notice n where n.id = h.id) then 'unknown_notice' when exists (select 1 from payments_payment p where p.id = h.id and p.trouble is not null) then 'wrong_amount' when exists (select 1 from payments_payment p where p.id = h.id and p.dispute = 1) then 'disputed' else 'stuck' end
---
alter table payments_handled alter column what set not null
---
alter table payments_handled drop constraint payments_handled_pkey
---
alter table payments_handled add primary key (id, what)
---
create index payments_bank_line_matched on payments_bank_line (matched_id, amount)
