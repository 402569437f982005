using System.Data.Common;
using Fairground.Kernel.Storage;

namespace Fairground.Ledger.Statements;

/// <summary>All accounts of one purpose and asset over a period, minor units; credits less debits are the balance.</summary>
public sealed record TrialRow(string Purpose, string Asset, long Opening, long Debits, long Credits, long Closing);

/// <summary>An account that should be empty and is not.</summary>
/// <param name="Behind">The movements that are not settled, the newest first: the oldest are settled first. At most 200.</param>
public sealed record OpenAccount(Guid Party, string Purpose, string Asset, long Balance, IReadOnlyList<OpenMovement> Behind);

/// <summary>A movement that is open, in whole or in part.</summary>
/// <param name="Open">How much of it, minor units.</param>
public sealed record OpenMovement(DateTimeOffset At, long Amount, long Open, string Title, Guid Reference);

/// <summary>Adds the ledger up again from its transfers, for a close of the day and for what must return to zero.</summary>
public sealed class TrialBalance(Database database, Chart chart)
{
    private const int MostBehind = 200;

    /// <summary>By purpose and asset, what the period began with, what moved, and what it left. Every asset's closings add up to zero.</summary>
    public async Task<IReadOnlyList<TrialRow>> Of(DateTimeOffset from, DateTimeOffset until, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        await using var command = connection.CreateCommand();
        command.CommandText = """
            select a.purpose, a.asset,
                cast(sum(case when t.at < @from then t.credit - t.debit else 0 end) as bigint), cast(sum(case when t.at >= @from then t.debit else 0 end) as bigint),
                cast(sum(case when t.at >= @from then t.credit else 0 end) as bigint), cast(sum(t.credit - t.debit) as bigint)
            from (select debit_id as id, at, amount as debit, 0 as credit from ledger_transfer where at < @until
                union all select credit_id as id, at, 0 as debit, amount as credit from ledger_transfer where at < @until) t
            join ledger_account a on a.id = t.id group by a.purpose, a.asset order by a.asset, a.purpose
            """;
        Bind(command, "@from", from.ToUnixTimeMilliseconds());
        Bind(command, "@until", until.ToUnixTimeMilliseconds());
        var rows = new List<TrialRow>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct)) rows.Add(new TrialRow(reader.GetString(0), reader.GetString(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4), reader.GetInt64(5)));
        return rows;
    }

    /// <summary>As <see cref="Of"/>, from what an earlier period left: only transfers behind a transfer of that period are read.</summary>
    /// <param name="through">As <see cref="Through"/> gave it for that period.</param>
    /// <param name="closings">What that period left.</param>
    public async Task<IReadOnlyList<TrialRow>> Behind(Guid through, IReadOnlyList<TrialRow> closings, DateTimeOffset from, DateTimeOffset until, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        await using var command = connection.CreateCommand();
        command.CommandText = """
            select a.purpose, a.asset, cast(sum(t.debit) as bigint), cast(sum(t.credit) as bigint)
            from (select debit_id as id, amount as debit, 0 as credit from ledger_transfer where id > @through and at >= @from and at < @until
                union all select credit_id as id, 0 as debit, amount as credit from ledger_transfer where id > @through and at >= @from and at < @until) t
            join ledger_account a on a.id = t.id group by a.purpose, a.asset
            """;
        Bind(command, "@through", Id(through));
        Bind(command, "@from", from.ToUnixTimeMilliseconds());
        Bind(command, "@until", until.ToUnixTimeMilliseconds());
        var rows = closings.ToDictionary(c => (c.Asset, c.Purpose), c => c with { Opening = c.Closing, Debits = 0, Credits = 0 });
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            var (purpose, asset, debits, credits) = (reader.GetString(0), reader.GetString(1), reader.GetInt64(2), reader.GetInt64(3));
            var opening = rows.TryGetValue((asset, purpose), out var before) ? before.Opening : 0;
            rows[(asset, purpose)] = new TrialRow(purpose, asset, opening, debits, credits, checked(opening + credits - debits));
        }
        return [.. rows.Values.OrderBy(r => r.Asset, StringComparer.Ordinal).ThenBy(r => r.Purpose, StringComparer.Ordinal)];
    }

    /// <summary>The last transfer before which there is none of a later time than this; where to begin the next time. Ids are in the order of time, but for those of several nodes at one moment.</summary>
    public async Task<Guid> Through(Guid after, DateTimeOffset until, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var later = await First(connection, "select id from ledger_transfer where id > @after and at >= @until order by id limit 1", ct, ("@after", Id(after)), ("@until", until.ToUnixTimeMilliseconds()));
        return await First(connection, "select id from ledger_transfer where id > @after and id < @before order by id desc limit 1", ct, ("@after", Id(after)), ("@before", Id(later ?? Guid.AllBitsSet))) ?? after;
    }

    private async Task<Guid?> First(DbConnection connection, string sql, CancellationToken ct, params (string Name, object Value)[] values)
    {
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this file.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var (name, value) in values) Bind(command, name, value);
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? ReadId(reader, 0) : null;
    }

    private object Id(Guid id) => database.Kind == DatabaseKind.Postgres ? id : id.ToByteArray(true);

    /// <summary>Accounts of this purpose that are not empty, with what is behind each.</summary>
    public async Task<IReadOnlyList<OpenAccount>> Open(AccountPurpose purpose, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var found = new List<(Guid Id, Guid Party, string Asset, long Balance)>();
        await using (var command = connection.CreateCommand())
        {
            command.CommandText = "select id, party, asset, balance from ledger_account where purpose = @purpose and balance <> 0 order by asset, id";
            Bind(command, "@purpose", purpose.Name);
            await using var reader = await command.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct)) found.Add((ReadId(reader, 0), ReadId(reader, 1), reader.GetString(2), reader.GetInt64(3)));
        }
        var accounts = new List<OpenAccount>();
        foreach (var (id, party, asset, balance) in found) accounts.Add(new OpenAccount(party, purpose.Name, asset, balance, await Behind(connection, id, balance, ct)));
        return accounts;
    }

    private async Task<IReadOnlyList<OpenMovement>> Behind(DbConnection connection, Guid id, long balance, CancellationToken ct)
    {
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // One of two columns.
        command.CommandText = $"select at, amount, movement, reference from ledger_transfer where {(balance < 0 ? "debit_id" : "credit_id")} = @id order by id desc limit {MostBehind}";
#pragma warning restore CA2100
        Bind(command, "@id", Id(id));
        var (left, lines) = (Math.Abs(balance), new List<OpenMovement>());
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (left > 0 && await reader.ReadAsync(ct))
        {
            var amount = reader.GetInt64(1);
            var open = Math.Min(amount, left);
            left -= open;
            lines.Add(new OpenMovement(DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(0)), amount, open, chart.Find(reader.GetInt32(2))?.Title ?? "Unknown movement", ReadId(reader, 3)));
        }
        return lines;
    }

    private Guid ReadId(DbDataReader reader, int i) => database.Kind == DatabaseKind.Postgres ? reader.GetGuid(i) : new Guid((byte[])reader.GetValue(i), true);

    private static void Bind(DbCommand command, string name, object value)
    {
        var parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = (name, value);
        command.Parameters.Add(parameter);
    }
}
