create table toy_lot (id blob not null primary key, remaining integer not null check (remaining >= 0), sold integer not null) without rowid
---
create table toy_holding (lot_id blob not null, buyer_id blob not null, count integer not null, note text, primary key (lot_id, buyer_id)) without rowid
---
create table toy_certificate (lot_id blob not null, seq integer not null, buyer_id blob not null, primary key (lot_id, seq)) without rowid
