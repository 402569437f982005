using System.Data.Common;
using Fairground.Kernel.Storage;

namespace Fairground.Ledger.Statements;

/// <summary>Which lines of an account to read.</summary>
/// <param name="From">The first moment that counts; all before where null.</param>
/// <param name="Until">The first moment that no longer counts; none where null.</param>
/// <param name="Movement">Only this movement, by its code; all where null.</param>
public sealed record LineFilter(DateTimeOffset? From = null, DateTimeOffset? Until = null, int? Movement = null);

/// <summary>One line with the balance that it left, in minor units.</summary>
public sealed record BalancedLine(StatementLine Line, long BalanceAfter);

/// <summary>What an account held before a period and after it, and what moved in it, in minor units. Movements that the filter leaves out count in neither sum.</summary>
public sealed record PeriodSums(long Opening, long In, long Out, long Closing);

/// <summary>Reads an account as a bank shows one: filtered lines, each with the balance after it. The balance counts every line, whatever the filter shows.</summary>
public sealed class LineReader(Database database, Chart chart)
{
    private const string All = """
        select id, at, amount, movement, reference, sum(amount) over (order by id) as balance from (
            select id, at, -amount as amount, movement, reference from ledger_transfer where debit_id = @id
            union all select id, at, amount, movement, reference from ledger_transfer where credit_id = @id) both_sides
        """;

    /// <summary>Newest first.</summary>
    /// <param name="before">The id of the last line of the page before; null for the first.</param>
    public async Task<IReadOnlyList<BalancedLine>> Lines(AccountRef account, LineFilter filter, Guid? before, int take, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Only the presence of conditions varies.
        command.CommandText = $"select id, at, amount, movement, reference, cast(balance as bigint) from ({All}) lines where {Where(filter)} {(before is null ? "" : "and id < @before")} order by id desc limit @take";
#pragma warning restore CA2100
        Bind(command, account, filter);
        Bind(command, "@take", take);
        if (before is { } last) Bind(command, "@before", Id(last));
        var lines = new List<BalancedLine>(take);
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            var movement = chart.Find(reader.GetInt32(3));
            var line = new StatementLine(
                ReadId(reader, 0), DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(1)), reader.GetInt64(2), account.Asset,
                movement?.Name ?? "unknown", movement?.Title ?? "Unknown movement", ReadId(reader, 4));
            lines.Add(new BalancedLine(line, reader.GetInt64(5)));
        }
        return lines;
    }

    /// <summary>What the period began and ended with.</summary>
    public async Task<PeriodSums> Sums(AccountRef account, LineFilter filter, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        await using var command = connection.CreateCommand();
        var shown = Where(filter);
#pragma warning disable CA2100 // Only the presence of conditions varies.
        command.CommandText = $"""
            select cast(coalesce(sum(case when {(filter.From is null ? "1 = 0" : "at < @from")} then amount else 0 end), 0) as bigint),
                cast(coalesce(sum(case when {shown} and amount > 0 then amount else 0 end), 0) as bigint),
                cast(coalesce(sum(case when {shown} and amount < 0 then -amount else 0 end), 0) as bigint),
                cast(coalesce(sum(case when {(filter.Until is null ? "1 = 1" : "at < @until")} then amount else 0 end), 0) as bigint)
            from ({All}) lines
            """;
#pragma warning restore CA2100
        Bind(command, account, filter);
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        return new PeriodSums(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3));
    }

    private static string Where(LineFilter filter) => string.Join(" and ", new[]
    {
        "1 = 1", filter.From is null ? null : "at >= @from", filter.Until is null ? null : "at < @until", filter.Movement is null ? null : "movement = @movement",
    }.OfType<string>());

    private void Bind(DbCommand command, AccountRef account, LineFilter filter)
    {
        Bind(command, "@id", Id(account.Id));
        if (filter.From is { } from) Bind(command, "@from", from.ToUnixTimeMilliseconds());
        if (filter.Until is { } until) Bind(command, "@until", until.ToUnixTimeMilliseconds());
        if (filter.Movement is { } movement) Bind(command, "@movement", movement);
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
