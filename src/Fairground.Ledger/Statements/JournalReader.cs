using System.Data.Common;
using Fairground.Kernel.Storage;

namespace Fairground.Ledger.Statements;

/// <summary>A transfer with the parties on both sides.</summary>
/// <param name="Amount">Minor units.</param>
public sealed record JournalLine(Guid TransferId, Movement Movement, Guid From, Guid To, string Asset, long Amount, DateTimeOffset At, Guid Reference);

/// <summary>Reads transfers in the order in which they were made, whoever's they are.</summary>
public sealed class JournalReader(Database database, Chart chart)
{
    /// <summary>Those between two ids, the older first. Keep <paramref name="before"/> behind the present (<see cref="Kernel.Ids.Ago"/>): an id is made a moment before its transfer can be read.</summary>
    /// <param name="movements">Only these, by name.</param>
    public async Task<IReadOnlyList<JournalLine>> Between(Guid after, Guid before, IReadOnlyCollection<string> movements, int take, CancellationToken ct)
    {
        var codes = chart.Movements.Where(m => movements.Contains(m.Name)).Select(m => m.Code).ToList();
        if (codes.Count == 0) return [];
        await using var connection = await database.OpenAsync(ct);
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Only numbers that the chart declares vary.
        command.CommandText = $"""
            select t.id, t.movement, d.party, c.party, d.asset, t.amount, t.at, t.reference from ledger_transfer t
            join ledger_account d on d.id = t.debit_id join ledger_account c on c.id = t.credit_id
            where t.id > @after and t.id < @before and t.movement in ({string.Join(", ", codes)}) order by t.id limit @take
            """;
#pragma warning restore CA2100
        Bind(command, "@after", Id(after));
        Bind(command, "@before", Id(before));
        Bind(command, "@take", take);
        var lines = new List<JournalLine>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            lines.Add(new JournalLine(ReadId(reader, 0), chart.Find(reader.GetInt32(1))!, ReadId(reader, 2), ReadId(reader, 3), reader.GetString(4), reader.GetInt64(5), DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(6)), ReadId(reader, 7)));
        return lines;
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
