using System.Data;
using System.Globalization;
using Fairground.Kernel.Storage;
using Microsoft.Data.Sqlite;

namespace Fairground.Kernel.Modules;

/// <summary>An invariant as a question to the database.</summary>
/// <param name="Check">Its short name.</param>
/// <param name="Text">What must hold, as a sentence.</param>
/// <param name="Sql">A constant that gives two texts for each place where it does not: which, and how much.</param>
public sealed record SqlCheck(string Check, string Text, string Sql);

/// <summary>A module's invariants that are questions to the database, all asked of one snapshot so that selling may go on meanwhile.</summary>
public abstract class SqlAudit(Database database) : IAuditCheck
{
    private const int Shown = 5;

    protected abstract IReadOnlyList<SqlCheck> Checks { get; }

    public async Task<IReadOnlyList<AuditFinding>> Run(CancellationToken ct)
    {
        var findings = new List<AuditFinding>();
        await using var connection = await database.OpenAsync(ct);
        // Deferred on SQLite: a snapshot for reading that does not ask for the writer's place.
        await using var transaction = connection is SqliteConnection sqlite ? sqlite.BeginTransaction(deferred: true) : await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, ct);
        foreach (var (check, text, sql) in Checks)
        {
            await using var command = connection.CreateCommand();
            command.Transaction = transaction;
#pragma warning disable CA2100 // A constant of the module.
            command.CommandText = sql;
#pragma warning restore CA2100
            var bad = new List<string>();
            await using (var reader = await command.ExecuteReaderAsync(ct))
            {
                while (await reader.ReadAsync(ct)) bad.Add($"{reader.GetString(0)}: {reader.GetString(1)}");
            }
            var shown = bad.Count == 0 ? text : $"{text}: {bad.Count.ToString(CultureInfo.InvariantCulture)} do not ({string.Join("; ", bad.Take(Shown))})";
            findings.Add(new AuditFinding(check, bad.Count == 0, shown));
        }
        return findings;
    }
}
