alter table payments_payment add column link_id blob
---
create index payments_payment_link on payments_payment (link_id) where link_id is not null
---
create table payments_link (
    id blob not null primary key,
    user_id blob not null,
    amount integer not null check (amount > 0),
    currency text not null,
    created_at integer not null,
    expires_at integer not null
) without rowid
---
create index payments_link_user on payments_link (user_id, id)
