create table payments_gateway_statement (
    id blob not null primary key,
    gateway text not null,
    sha256 text not null,
    format text not null,
    taken_at integer not null,
    taken_by blob not null,
    lines integer not null,
    fresh integer not null
) without rowid
---
create unique index payments_gateway_statement_sha256 on payments_gateway_statement (sha256)
---
create table payments_gateway_line (
    id blob not null primary key,
    statement_id blob not null references payments_gateway_statement (id),
    gateway text not null,
    line_ref text not null,
    kind integer not null check (kind between 0 and 5),
    at integer not null,
    currency text not null,
    gross integer not null,
    fee integer not null,
    refs text not null,
    payout_ref text,
    about text not null,
    state integer not null check (state in (0, 1, 2)),
    matched_kind text,
    matched_id blob,
    note text,
    settled_at integer,
    cost_posted integer not null default 0 check (cost_posted in (0, 1)),
    check ((state = 0) = (settled_at is null)),
    check ((state = 1) = (matched_kind is not null)),
    check (cost_posted = 0 or state = 1)
) without rowid
---
create index payments_gateway_line_statement on payments_gateway_line (statement_id)
---
create index payments_gateway_line_state on payments_gateway_line (state, at)
---
create index payments_gateway_line_payout on payments_gateway_line (gateway, payout_ref) where payout_ref is not null
---
create index payments_gateway_line_announced on payments_gateway_line (currency, gross) where kind = 4 and state = 0
---
create index payments_gateway_line_matched on payments_gateway_line (matched_id) where matched_id is not null
---
create index payments_gateway_line_due on payments_gateway_line (id) where state = 1 and cost_posted = 0
---
create index payments_payment_reported on payments_payment (gateway, completed_at) where captured > 0
---
create index payments_refund_gateway_ref on payments_refund (gateway_ref) where gateway_ref is not null
---
create trigger payments_gateway_line_ends before update on payments_gateway_line
when (old.state = 1 and (new.state is not 1 or new.matched_kind is not old.matched_kind or new.matched_id is not old.matched_id or new.cost_posted < old.cost_posted or new.gross is not old.gross))
    or old.id is not new.id or old.statement_id is not new.statement_id or old.gateway is not new.gateway or old.line_ref is not new.line_ref or old.kind is not new.kind or old.at is not new.at or old.currency is not new.currency
    or old.fee is not new.fee or old.refs is not new.refs or (old.gross is not new.gross and old.kind is not 4)
begin select raise(abort, 'a line says what the company said, and a matched one stays matched'); end
---
create trigger payments_gateway_line_no_delete before delete on payments_gateway_line begin select raise(abort, 'a line is never removed'); end
