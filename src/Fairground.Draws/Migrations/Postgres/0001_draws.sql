create table draws_lot (
    id uuid not null primary key,
    shop_id uuid not null,
    product_id uuid not null,
    kind text not null,
    title text not null,
    currency text not null,
    price bigint not null,
    nominal bigint not null,
    entries integer not null,
    entries_given integer not null,
    margin_percent integer not null,
    winners integer not null,
    reserves integer not null,
    cap integer not null,
    closes_at bigint not null,
    draw_delay_seconds integer not null,
    unsold_policy integer not null,
    cash_percent integer not null,
    entropy text not null,
    secret bytea,
    terms_json text,
    terms_hash bytea,
    opened_at bigint,
    created_at bigint not null,
    created_by uuid not null
)
---
create index draws_lot_product on draws_lot (product_id)
---
create table draws_sale (
    lot_id uuid not null primary key,
    shop_id uuid not null,
    state integer not null,
    entries integer not null,
    sold integer not null,
    cap integer not null,
    nominal bigint not null,
    currency text not null,
    closes_at bigint not null,
    extended_closes_at bigint,
    extended integer not null,
    first_paid_at bigint,
    due_at bigint,
    unsold_policy integer not null,
    cash_percent integer not null,
    cash integer not null,
    draw_delay_seconds integer not null,
    terms_hash bytea,
    closed_at bigint,
    draws_at bigint,
    root bytea,
    secret bytea,
    places integer not null,
    next_place integer not null,
    open_wins integer not null,
    check (sold >= 0 and sold <= entries),
    check (next_place <= places)
) with (fillfactor = 20)
---
create index draws_sale_due on draws_sale (due_at) where due_at is not null
---
create index draws_sale_state on draws_sale (state, lot_id)
---
create index draws_sale_shop on draws_sale (shop_id, lot_id)
---
create table draws_holding (
    lot_id uuid not null,
    user_id uuid not null,
    count integer not null check (count >= 0),
    holder bytea not null,
    settled integer not null,
    primary key (lot_id, user_id)
) with (fillfactor = 80)
---
create index draws_holding_user on draws_holding (user_id)
---
create table draws_certificate (
    lot_id uuid not null,
    purchase_id uuid not null,
    user_id uuid not null,
    seq integer not null check (seq >= 1),
    number text not null,
    primary key (lot_id, seq)
)
---
create unique index draws_certificate_number on draws_certificate (lot_id, number)
---
create index draws_certificate_user on draws_certificate (user_id, lot_id)
---
create table draws_win (
    id uuid not null primary key,
    lot_id uuid not null,
    shop_id uuid not null,
    user_id uuid not null,
    place integer not null,
    seq integer not null,
    number text not null,
    state integer not null,
    claim_by bigint,
    ended_at bigint,
    ended_by uuid,
    ended_where text,
    unique (lot_id, place)
)
---
create index draws_win_user on draws_win (user_id)
---
create index draws_win_claim on draws_win (claim_by) where state = 1
---
create table draws_log_head (
    id uuid not null primary key,
    next_line bigint not null,
    hash text not null
)
---
create table draws_closing_log (
    line_no bigint not null primary key,
    lot_id uuid not null unique,
    closing text not null,
    line text not null
)
---
create function draws_refuse_change() returns trigger language plpgsql as $$ begin raise exception '% is append-only', tg_table_name; end $$
---
create trigger draws_certificate_append_only before update or delete on draws_certificate for each row execute function draws_refuse_change()
---
create trigger draws_certificate_no_truncate before truncate on draws_certificate for each statement execute function draws_refuse_change()
---
create trigger draws_closing_log_append_only before update or delete on draws_closing_log for each row execute function draws_refuse_change()
---
create trigger draws_closing_log_no_truncate before truncate on draws_closing_log for each statement execute function draws_refuse_change()
