alter table draws_lot add column title_search text not null default ''
---
update draws_lot set title_search = lower(title)
