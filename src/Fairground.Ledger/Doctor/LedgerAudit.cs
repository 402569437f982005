using Fairground.Kernel.Modules;
using Fairground.Kernel.Storage;

namespace Fairground.Ledger.Doctor;

/// <summary>The ledger's self-audit: everything is computed again from the transfers, in one snapshot of the database.</summary>
internal sealed class LedgerAudit(Database database) : SqlAudit(database)
{
    protected override IReadOnlyList<SqlCheck> Checks { get; } =
    [
        new("I1 sums", "for each asset the sum of all balances is 0",
            "select asset, cast(sum(balance) as text) from ledger_account group by asset having sum(balance) <> 0"),
        new("I2 balances", "each balance equals the sum of its transfers",
            """
            select a.purpose, cast(a.balance as text) from ledger_account a left join (
                select id, sum(amount) as total from (
                    select credit_id as id, amount from ledger_transfer union all select debit_id as id, -amount as amount from ledger_transfer) e
                group by id) t on t.id = a.id
            where a.balance <> coalesce(t.total, 0)
            """),
        new("I3 floors", "no account is below its floor, holds counted",
            "select purpose, cast(balance as text) from ledger_account where floor is not null and balance - held < floor"),
        new("I7 holds", "what is held equals the pending holds",
            """
            select a.purpose, cast(a.held as text) from ledger_account a left join (
                select account_id, sum(amount) as total from ledger_hold where state = 0 group by account_id) h on h.account_id = a.id
            where a.held <> coalesce(h.total, 0)
            """),
        new("accounts", "each transfer is between two accounts that are there",
            """
            select cast(t.movement as text), cast(t.amount as text) from ledger_transfer t
            where not exists (select 1 from ledger_account a where a.id = t.debit_id) or not exists (select 1 from ledger_account a where a.id = t.credit_id)
            """),
        new("transfers", "each transfer stays within one asset",
            """
            select d.asset, c.asset from ledger_transfer t
            join ledger_account d on d.id = t.debit_id join ledger_account c on c.id = t.credit_id where d.asset <> c.asset
            """),
    ];
}
