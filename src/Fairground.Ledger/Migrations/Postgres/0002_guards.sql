create trigger ledger_hold_no_delete before delete on ledger_hold for each row execute function ledger_refuse_change()
---
create trigger ledger_hold_no_truncate before truncate on ledger_hold for each statement execute function ledger_refuse_change()
---
create trigger ledger_account_no_truncate before truncate on ledger_account for each statement execute function ledger_refuse_change()
---
create or replace function ledger_hold_ends_once() returns trigger language plpgsql as $$ begin
    if old.state <> 0 then raise exception 'a hold ends once'; end if;
    if (old.id, old.account_id, old.amount, old.reference) is distinct from (new.id, new.account_id, new.amount, new.reference) then raise exception 'a hold only ends'; end if;
    return new;
end $$
---
create function ledger_account_identity() returns trigger language plpgsql as $$ begin raise exception 'an account stays what it is'; end $$
---
create trigger ledger_account_identity before update of id, party, purpose, asset, floor on ledger_account for each row execute function ledger_account_identity()
