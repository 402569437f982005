create table payments_till_code (
    id blob not null primary key,
    user_id blob not null,
    pays_out integer not null check (pays_out in (0, 1)),
    amount integer not null check (amount >= 0),
    currency text not null,
    made_at integer not null,
    expires_at integer not null,
    used_at integer
) without rowid
---
create table payments_till_entry (
    id blob not null primary key,
    shop_id blob not null,
    staff_id blob not null,
    user_id blob not null,
    pays_out integer not null check (pays_out in (0, 1)),
    amount integer not null check (amount > 0),
    currency text not null,
    day text not null,
    at integer not null
) without rowid
---
create index payments_till_entry_day on payments_till_entry (shop_id, day)
---
create index payments_till_entry_user on payments_till_entry (user_id)
---
create table payments_till_day (
    id blob not null primary key,
    shop_id blob not null,
    currency text not null,
    day text not null,
    took integer not null check (took >= 0),
    paid integer not null check (paid >= 0 and paid <= took),
    entries integer not null
) without rowid
---
create trigger payments_till_entry_no_delete before delete on payments_till_entry begin select raise(abort, 'what a till took is never removed'); end
