create table ledger_guard (
    person_id blob not null primary key,
    age integer not null,
    age_rule integer not null,
    of_age_at integer,
    break_until integer,
    excluded_until integer,
    limits text,
    barred text,
    day integer not null,
    week integer not null,
    month integer not null,
    entries_day integer not null,
    entries_week integer not null,
    entries_month integer not null,
    spent text not null
)
---
create index ledger_guard_barred on ledger_guard (person_id) where barred is not null
---
create index ledger_guard_away on ledger_guard (person_id) where excluded_until is not null or break_until is not null
---
create table ledger_guard_change (
    id blob not null primary key,
    person_id blob not null,
    by_id blob not null,
    what text not null,
    raises integer not null,
    before text,
    after text,
    at integer not null
)
---
create index ledger_guard_change_person on ledger_guard_change (person_id)
---
create index ledger_guard_change_raised on ledger_guard_change (at) where raises = 1
---
create trigger ledger_guard_change_no_update before update on ledger_guard_change begin select raise(abort, 'what was changed stays on record'); end
---
create trigger ledger_guard_change_no_delete before delete on ledger_guard_change begin select raise(abort, 'what was changed stays on record'); end
