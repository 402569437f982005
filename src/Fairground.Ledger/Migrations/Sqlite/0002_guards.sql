create trigger ledger_hold_no_delete before delete on ledger_hold begin select raise(abort, 'a hold is never removed'); end
---
create trigger ledger_hold_identity before update of id, account_id, amount, reference on ledger_hold
when old.id is not new.id or old.account_id is not new.account_id or old.amount is not new.amount or old.reference is not new.reference
begin select raise(abort, 'a hold only ends'); end
---
create trigger ledger_account_identity before update of id, party, purpose, asset, floor on ledger_account
begin select raise(abort, 'an account stays what it is'); end
