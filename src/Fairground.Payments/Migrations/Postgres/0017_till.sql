create table payments_till_code (
    id uuid not null primary key,
    user_id uuid not null,
    pays_out integer not null check (pays_out in (0, 1)),
    amount bigint not null check (amount >= 0),
    currency text not null,
    made_at bigint not null,
    expires_at bigint not null,
    used_at bigint
)
---
create table payments_till_entry (
    id uuid not null primary key,
    shop_id uuid not null,
    staff_id uuid not null,
    user_id uuid not null,
    pays_out integer not null check (pays_out in (0, 1)),
    amount bigint not null check (amount > 0),
    currency text not null,
    day text not null,
    at bigint not null
)
---
create index payments_till_entry_day on payments_till_entry (shop_id, day)
---
create index payments_till_entry_user on payments_till_entry (user_id)
---
create table payments_till_day (
    id uuid not null primary key,
    shop_id uuid not null,
    currency text not null,
    day text not null,
    took bigint not null check (took >= 0),
    paid bigint not null check (paid >= 0 and paid <= took),
    entries integer not null
)
---
create trigger payments_till_entry_no_delete before delete on payments_till_entry for each row execute function payments_refuse_delete()
