create table delivery_address (
    id uuid not null primary key,
    person_id uuid not null,
    sealed text not null,
    is_default integer not null check (is_default in (0, 1)),
    made_at bigint not null,
    changed_at bigint not null
)
---
create index delivery_address_person on delivery_address (person_id)
---
create table delivery_handover (
    id uuid not null primary key,
    source text not null,
    source_id uuid not null,
    shop_id uuid not null,
    person_id uuid not null,
    product_id uuid,
    title text not null,
    value_minor bigint not null check (value_minor >= 0),
    currency text not null,
    ways integer not null check (ways between 1 and 4),
    way integer not null check (way in (0, 1, 2, 4)),
    state integer not null check (state between 0 and 5),
    approve_days integer not null check (approve_days between 1 and 90),
    seller_ms bigint not null check (seller_ms >= 0),
    ordered_at bigint not null,
    hand_over_by bigint not null,
    chosen_at bigint,
    address text,
    due_at bigint,
    shipped_at bigint,
    delivered_at bigint,
    approve_by bigint,
    next_at bigint,
    reminded integer not null check (reminded in (0, 1)),
    ended_at bigint,
    reason text,
    version integer not null,
    check ((state in (4, 5)) = (ended_at is not null)),
    check ((state = 2) = (approve_by is not null))
)
---
create unique index delivery_handover_source on delivery_handover (source, source_id)
---
create index delivery_handover_person on delivery_handover (person_id)
---
create index delivery_handover_shop on delivery_handover (shop_id, state)
---
create index delivery_handover_next on delivery_handover (next_at) where next_at is not null
---
create table delivery_shipment (
    id uuid not null primary key,
    handover_id uuid not null references delivery_handover (id),
    shop_id uuid not null,
    carrier text not null,
    tracking text not null,
    state integer not null check (state between 0 and 8),
    state_at bigint not null,
    had_accident integer not null check (had_accident in (0, 1)),
    made_by uuid not null,
    made_at bigint not null,
    poll_at bigint,
    poll_failures integer not null,
    code_tries integer not null
)
---
create index delivery_shipment_handover on delivery_shipment (handover_id)
---
create unique index delivery_shipment_under_way on delivery_shipment (handover_id) where state < 4
---
create unique index delivery_shipment_tracking on delivery_shipment (carrier, tracking) where tracking <> '' and state < 4
---
create index delivery_shipment_poll on delivery_shipment (poll_at) where poll_at is not null
---
create table delivery_news (
    id uuid not null primary key,
    shipment_id uuid not null references delivery_shipment (id),
    kind integer not null,
    way integer not null check (way between 1 and 4),
    at bigint not null,
    received_at bigint not null,
    place text not null,
    latitude integer,
    longitude integer,
    note text not null,
    file_id uuid,
    told_by uuid
)
---
create index delivery_news_shipment on delivery_news (shipment_id)
---
create index delivery_news_file on delivery_news (file_id) where file_id is not null
---
create table delivery_courier_link (
    id uuid not null primary key,
    shop_id uuid not null,
    name text not null,
    made_by uuid not null,
    made_at bigint not null,
    expires_at bigint not null,
    ended_at bigint
)
---
create index delivery_courier_link_shop on delivery_courier_link (shop_id)
---
create table delivery_courier_stop (
    link_id uuid not null references delivery_courier_link (id),
    shipment_id uuid not null references delivery_shipment (id),
    place integer not null,
    primary key (link_id, shipment_id)
)
---
create index delivery_courier_stop_shipment on delivery_courier_stop (shipment_id)
---
create table delivery_dispute (
    handover_id uuid not null primary key references delivery_handover (id),
    reason integer not null check (reason between 1 and 5),
    said text not null,
    opened_at bigint not null,
    answer text,
    answered_by uuid,
    answered_at bigint
)
---
create table delivery_ruling (
    handover_id uuid not null primary key references delivery_handover (id),
    ruling integer not null check (ruling in (1, 2)),
    reasons text not null,
    ruled_by uuid not null,
    ruled_at bigint not null
)
---
create table delivery_evidence (
    id uuid not null primary key,
    handover_id uuid not null references delivery_handover (id),
    side integer not null check (side between 1 and 3),
    file_id uuid not null,
    note text not null,
    shown_by uuid not null,
    shown_at bigint not null
)
---
create index delivery_evidence_handover on delivery_evidence (handover_id)
---
create index delivery_evidence_file on delivery_evidence (file_id)
