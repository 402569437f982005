create table payments_gateway_statement (
    id uuid not null primary key,
    gateway text not null,
    sha256 text not null,
    format text not null,
    taken_at bigint not null,
    taken_by uuid not null,
    lines integer not null,
    fresh integer not null
)
---
create unique index payments_gateway_statement_sha256 on payments_gateway_statement (sha256)
---
create table payments_gateway_line (
    id uuid not null primary key,
    statement_id uuid not null references payments_gateway_statement (id),
    gateway text not null,
    line_ref text not null,
    kind integer not null check (kind between 0 and 5),
    at bigint not null,
    currency text not null,
    gross bigint not null,
    fee bigint not null,
    refs text not null,
    payout_ref text,
    about text not null,
    state integer not null check (state in (0, 1, 2)),
    matched_kind text,
    matched_id uuid,
    note text,
    settled_at bigint,
    cost_posted integer not null default 0 check (cost_posted in (0, 1)),
    check ((state = 0) = (settled_at is null)),
    check ((state = 1) = (matched_kind is not null)),
    check (cost_posted = 0 or state = 1)
)
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
create function payments_gateway_line_ends() returns trigger language plpgsql as $$ begin
    if old.state = 1 and (new.state <> 1 or (new.matched_kind, new.matched_id, new.gross) is distinct from (old.matched_kind, old.matched_id, old.gross) or new.cost_posted < old.cost_posted) then raise exception 'a matched line stays matched'; end if;
    if (old.id, old.statement_id, old.gateway, old.line_ref, old.kind, old.at, old.currency, old.fee, old.refs) is distinct from (new.id, new.statement_id, new.gateway, new.line_ref, new.kind, new.at, new.currency, new.fee, new.refs)
        or (old.gross <> new.gross and old.kind <> 4) then raise exception 'a line says what the company said'; end if;
    return new;
end $$
---
create trigger payments_gateway_line_ends before update on payments_gateway_line for each row execute function payments_gateway_line_ends()
---
create trigger payments_gateway_line_no_delete before delete on payments_gateway_line for each row execute function payments_refuse_delete()
