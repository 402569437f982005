create table draws_lot (
    id blob not null primary key,
    shop_id blob not null,
    product_id blob not null,
    kind text not null,
    title text not null,
    currency text not null,
    price integer not null,
    nominal integer not null,
    entries integer not null,
    entries_given integer not null,
    margin_percent integer not null,
    winners integer not null,
    reserves integer not null,
    cap integer not null,
    closes_at integer not null,
    draw_delay_seconds integer not null,
    unsold_policy integer not null,
    cash_percent integer not null,
    entropy text not null,
    secret blob,
    terms_json text,
    terms_hash blob,
    opened_at integer,
    created_at integer not null,
    created_by blob not null
)
---
create index draws_lot_product on draws_lot (product_id)
---
create table draws_sale (
    lot_id blob not null primary key,
    shop_id blob not null,
    state integer not null,
    entries integer not null,
    sold integer not null,
    cap integer not null,
    nominal integer not null,
    currency text not null,
    closes_at integer not null,
    extended_closes_at integer,
    extended integer not null,
    first_paid_at integer,
    due_at integer,
    unsold_policy integer not null,
    cash_percent integer not null,
    cash integer not null,
    draw_delay_seconds integer not null,
    terms_hash blob,
    closed_at integer,
    draws_at integer,
    root blob,
    secret blob,
    places integer not null,
    next_place integer not null,
    open_wins integer not null,
    check (sold >= 0 and sold <= entries),
    check (next_place <= places)
) without rowid
---
create index draws_sale_due on draws_sale (due_at) where due_at is not null
---
create index draws_sale_state on draws_sale (state, lot_id)
---
create index draws_sale_shop on draws_sale (shop_id, lot_id)
---
create table draws_holding (
    lot_id blob not null,
    user_id blob not null,
    count integer not null check (count >= 0),
    holder blob not null,
    settled integer not null,
    primary key (lot_id, user_id)
) without rowid
---
create index draws_holding_user on draws_holding (user_id)
---
create table draws_certificate (
    lot_id blob not null,
    purchase_id blob not null,
    user_id blob not null,
    seq integer not null check (seq >= 1),
    number text not null,
    primary key (lot_id, seq)
) without rowid
---
create unique index draws_certificate_number on draws_certificate (lot_id, number)
---
create index draws_certificate_user on draws_certificate (user_id, lot_id)
---
create table draws_win (
    id blob not null primary key,
    lot_id blob not null,
    shop_id blob not null,
    user_id blob not null,
    place integer not null,
    seq integer not null,
    number text not null,
    state integer not null,
    claim_by integer,
    ended_at integer,
    ended_by blob,
    ended_where text,
    unique (lot_id, place)
) without rowid
---
create index draws_win_user on draws_win (user_id)
---
create index draws_win_claim on draws_win (claim_by) where state = 1
---
create table draws_log_head (
    id blob not null primary key,
    next_line integer not null,
    hash text not null
) without rowid
---
create table draws_closing_log (
    line_no integer not null primary key,
    lot_id blob not null unique,
    closing text not null,
    line text not null
)
---
create trigger draws_certificate_no_update before update on draws_certificate begin select raise(abort, 'draws_certificate is append-only'); end
---
create trigger draws_certificate_no_delete before delete on draws_certificate begin select raise(abort, 'draws_certificate is append-only'); end
---
create trigger draws_closing_log_no_update before update on draws_closing_log begin select raise(abort, 'draws_closing_log is append-only'); end
---
create trigger draws_closing_log_no_delete before delete on draws_closing_log begin select raise(abort, 'draws_closing_log is append-only'); end
