alter table payments_payment add column link_id uuid
---
create index payments_payment_link on payments_payment (link_id) where link_id is not null
---
create table payments_link (
    id uuid not null primary key,
    user_id uuid not null,
    amount bigint not null check (amount > 0),
    currency text not null,
    created_at bigint not null,
    expires_at bigint not null
)
---
create index payments_link_user on payments_link (user_id, id)
