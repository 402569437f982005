using System.Data;
using System.Globalization;
using Fairground.Kernel.Modules;
using Fairground.Kernel.Storage;

namespace Fairground.Payments;

/// <summary>What must hold between payments and the ledger, computed again from both in one snapshot.</summary>
internal sealed class PaymentsAudit(Database database) : IAuditCheck
{
    private static readonly (string Check, string Text, string Sql)[] Checks =
    [
        ("payments transfers", "every succeeded payment has exactly its transfer, and no other payment has one",
            """
            select p.currency, cast(p.amount as text) from payments_payment p left join (
                select reference, count(*) as lines, sum(amount) as total from ledger_transfer where movement = 100 group by reference) t on t.reference = p.id
            where (p.state = 1 and (t.lines is null or t.lines <> 1 or t.total <> p.amount)) or (p.state <> 1 and t.lines is not null)
            """),
        ("payments unknown", "every top-up in the ledger belongs to a payment",
            "select cast(t.movement as text), cast(t.amount as text) from ledger_transfer t where t.movement = 100 and not exists (select 1 from payments_payment p where p.id = t.reference)"),
        ("payments holds", "a pending payment has its pending hold, a succeeded one a posted hold, any other a released one",
            """
            select p.currency, cast(p.amount as text) from payments_payment p left join ledger_hold h on h.id = p.hold_id
            where h.id is null or h.amount <> p.amount or h.reference <> p.id or h.state <> (case p.state when 0 then 0 when 1 then 1 else 2 end)
            """),
        ("payments clearing", "each gateway owes exactly what its succeeded payments brought in",
            """
            select a.asset, cast(a.balance as text) from ledger_account a left join (
                select h.account_id as id, sum(p.amount) as total from payments_payment p join ledger_hold h on h.id = p.hold_id where p.state = 1 group by h.account_id) s on s.id = a.id
            where a.purpose = 'payments.gateway_clearing' and a.balance <> -coalesce(s.total, 0)
            """),
    ];

    public async Task<IReadOnlyList<AuditFinding>> Run(CancellationToken ct)
    {
        var findings = new List<AuditFinding>();
        await using var connection = await database.OpenAsync(ct);
        // Deferred on SQLite: a snapshot for reading that does not ask for the writer's place.
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
                while (await reader.ReadAsync(ct)) bad.Add($"{reader.GetString(0)} {reader.GetString(1)}");
            }
            var shown = bad.Count == 0 ? text : $"{text}: {bad.Count.ToString(CultureInfo.InvariantCulture)} do not ({string.Join("; ", bad.Take(5))})";
            findings.Add(new AuditFinding(check, bad.Count == 0, shown));
        }
        return findings;
    }
}
