using System.Data.Common;
using Fairground.Kernel.Http;
using Fairground.Kernel.Storage;

namespace Fairground.Ledger.Statements;

/// <summary>One line of a statement: signed from the account's point of view, in minor units.</summary>
public sealed record StatementLine(Guid TransferId, DateTimeOffset At, long Amount, string Asset, string Movement, string Title, Guid Reference);

/// <summary>Reads balances and statements.</summary>
public sealed class LedgerReader(Database database, Chart chart)
{
    /// <summary>Balance and amount on hold, in minor units; zero for an account that nothing has moved through.</summary>
    public async Task<(long Balance, long Held)> BalanceOf(AccountRef account, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        await using var command = connection.CreateCommand();
        command.CommandText = "select balance, held from ledger_account where id = @id";
        Bind(command, "@id", Id(account.Id));
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? (reader.GetInt64(0), reader.GetInt64(1)) : (0, 0);
    }

    /// <summary>A party's accounts of one purpose, by asset.</summary>
    public async Task<IReadOnlyDictionary<string, (long Balance, long Held)>> BalancesOf(Guid party, AccountPurpose purpose, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        await using var command = connection.CreateCommand();
        command.CommandText = "select asset, balance, held from ledger_account where party = @party and purpose = @purpose";
        Bind(command, "@party", Id(party));
        Bind(command, "@purpose", purpose.Name);
        var balances = new SortedDictionary<string, (long, long)>(StringComparer.Ordinal);
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct)) balances[reader.GetString(0)] = (reader.GetInt64(1), reader.GetInt64(2));
        return balances;
    }

    /// <summary>Newest first. The cursor is the id of the last transfer of the page before.</summary>
    public async Task<Page<StatementLine>> Statement(AccountRef account, Guid? before, int take, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        await using var command = connection.CreateCommand();
        var older = before is null ? "" : "and id < @before";
#pragma warning disable CA2100 // Only the presence of the cursor varies.
        command.CommandText = $"""
            select id, at, amount, movement, reference from (
                select * from (select id, at, -amount as amount, movement, reference from ledger_transfer where debit_id = @id {older} order by id desc limit @take) d
                union all
                select * from (select id, at, amount, movement, reference from ledger_transfer where credit_id = @id {older} order by id desc limit @take) c
            ) lines order by id desc limit @take
            """;
#pragma warning restore CA2100
        Bind(command, "@id", Id(account.Id));
        Bind(command, "@take", take + 1);
        if (before is { } last) Bind(command, "@before", Id(last));
        var lines = new List<StatementLine>(take + 1);
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            var movement = chart.Find(reader.GetInt32(3));
            lines.Add(new StatementLine(
                ReadId(reader, 0), DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(1)), reader.GetInt64(2), account.Asset,
                movement?.Name ?? "unknown", movement?.Title ?? "Unknown movement", ReadId(reader, 4)));
        }
        var more = lines.Count > take;
        if (more) lines.RemoveAt(take);
        return new Page<StatementLine>(lines, more ? Cursor.Write(lines[^1].TransferId.ToString()) : null);
    }

    private object Id(Guid id) => database.Kind == DatabaseKind.Postgres ? id : id.ToByteArray(true);

    private Guid ReadId(DbDataReader reader, int i) => database.Kind == DatabaseKind.Postgres ? reader.GetGuid(i) : new Guid((byte[])reader.GetValue(i), true);

    private static void Bind(DbCommand command, string name, object value)
    {
        var parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = (name, value);
        command.Parameters.Add(parameter);
    }
}
