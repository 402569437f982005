using System.Data;
using System.Globalization;
using Fairground.Kernel.Modules;
using Fairground.Kernel.Storage;

namespace Fairground.Ledger.Doctor;

/// <summary>The ledger's self-audit: everything is computed again from the transfers, in one snapshot of the database.</summary>
internal sealed class LedgerAudit(Database database) : IAuditCheck
{
    private static readonly (string Check, string Text, string Sql)[] Checks =
    [
        ("I1 sums", "for each asset the sum of all balances is 0",
            "select asset, cast(sum(balance) as text) from ledger_account group by asset having sum(balance) <> 0"),
        ("I2 balances", "each balance equals the sum of its transfers",
            """
            select a.purpose, cast(a.balance as text) from ledger_account a left join (
                select id, sum(amount) as total from (
                    select credit_id as id, amount from ledger_transfer union all select debit_id as id, -amount as amount from ledger_transfer) e
                group by id) t on t.id = a.id
            where a.balance <> coalesce(t.total, 0)
            """),
        ("I3 floors", "no account is below its floor, holds counted",
            "select purpose, cast(balance as text) from ledger_account where floor is not null and balance - held < floor"),
        ("I7 holds", "what is held equals the pending holds",
            """
            select a.purpose, cast(a.held as text) from ledger_account a left join (
                select account_id, sum(amount) as total from ledger_hold where state = 0 group by account_id) h on h.account_id = a.id
            where a.held <> coalesce(h.total, 0)
            """),
        ("transfers", "each transfer stays within one asset",
            """
            select d.asset, c.asset from ledger_transfer t
            join ledger_account d on d.id = t.debit_id join ledger_account c on c.id = t.credit_id where d.asset <> c.asset
            """),
    ];

    public async Task<IReadOnlyList<AuditFinding>> Run(CancellationToken ct)
    {
        var findings = new List<AuditFinding>();
        await using var connection = await database.OpenAsync(ct);
        // One snapshot for all checks, so that sales may go on meanwhile. A deferred transaction does that on SQLite.
        await using var transaction = connection is Microsoft.Data.Sqlite.SqliteConnection sqlite
            ? sqlite.BeginTransaction(deferred: true)
            : await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, ct);
        foreach (var (check, text, sql) in Checks)
        {
            await using var command = connection.CreateCommand();
            command.Transaction = transaction;
#pragma warning disable CA2100 // Constants above.
            command.CommandText = sql;
#pragma warning restore CA2100
            var bad = new List<string>();
            await using (var reader = await command.ExecuteReaderAsync(ct))
            {
                while (await reader.ReadAsync(ct)) bad.Add($"{reader.GetString(0)}: {reader.GetString(1)}");
            }
            var shown = bad.Count == 0 ? text : $"{text}: {bad.Count.ToString(CultureInfo.InvariantCulture)} do not ({string.Join("; ", bad.Take(5))})";
            findings.Add(new AuditFinding(check, bad.Count == 0, shown));
        }
        return findings;
    }
}
