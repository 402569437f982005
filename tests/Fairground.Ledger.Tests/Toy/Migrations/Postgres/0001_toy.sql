create table toy_lot (id uuid not null primary key, remaining integer not null check (remaining >= 0), sold integer not null) with (fillfactor = 50)
---
create table toy_holding (lot_id uuid not null, buyer_id uuid not null, count integer not null, note text, primary key (lot_id, buyer_id))
---
create table toy_certificate (lot_id uuid not null, seq integer not null, buyer_id uuid not null, primary key (lot_id, seq))
