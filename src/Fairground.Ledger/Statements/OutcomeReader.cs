using Fairground.Kernel.Storage;

namespace Fairground.Ledger.Statements;

/// <summary>Reads back what commands answered. An outcome is written with its effect and never changes, so the same answer can be given again at any time.</summary>
public sealed class OutcomeReader(Database database)
{
    /// <summary>The stored outcomes of one scope that begin with one of these texts, in no order. Keep the beginnings to an id of a fixed length at the head of the stored form.</summary>
    /// <param name="scope">Whose commands: the person or system of <see cref="GroupCommit.CommandKey"/>.</param>
    /// <param name="beginnings">Texts of the same length; at most 500.</param>
    public async Task<IReadOnlyList<string>> Find(Guid scope, IReadOnlyCollection<string> beginnings, CancellationToken ct)
    {
        if (beginnings.Count == 0) return [];
        var length = beginnings.First().Length;
        if (length == 0 || beginnings.Any(b => b.Length != length)) throw new ArgumentException("Beginnings have one length above zero.", nameof(beginnings));
        await using var connection = await database.OpenAsync(ct);
        await using var command = connection.CreateCommand();
        var names = beginnings.Select((_, i) => $"@b{i}").ToList();
#pragma warning disable CA2100 // Only the number of parameters varies.
        command.CommandText = $"select outcome from ledger_command where scope = @scope and substr(outcome, 1, @length) in ({string.Join(", ", names)})";
#pragma warning restore CA2100
        void Bind(string name, object value)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value);
            command.Parameters.Add(parameter);
        }
        Bind("@scope", database.Kind == DatabaseKind.Postgres ? scope : scope.ToByteArray(true));
        Bind("@length", length);
        foreach (var (name, text) in names.Zip(beginnings)) Bind(name, text);
        var outcomes = new List<string>(beginnings.Count);
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct)) outcomes.Add(reader.GetString(0));
        return outcomes;
    }
}
