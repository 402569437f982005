alter table draws_lot add column claim_seconds integer not null default 1209600
---
alter table draws_sale add column claim_seconds integer not null default 1209600
