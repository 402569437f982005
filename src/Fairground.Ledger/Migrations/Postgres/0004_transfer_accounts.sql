-- Each reference cost two look-ups a transfer, half of what writing many costs. The accounts of a transfer are loaded or made in its own transaction and never removed or renamed (guards above); the self-audit looks for any that is missing.
alter table ledger_transfer drop constraint ledger_transfer_debit_id_fkey
---
alter table ledger_transfer drop constraint ledger_transfer_credit_id_fkey
