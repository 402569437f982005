using System.Data.Common;
using System.Text.Encodings.Web;
using System.Text.Json;
using Fairground.Catalog.Feeds;
using Fairground.Kernel.Storage;

namespace Fairground.Catalog.ImportFeed;

/// <summary>Something the sender should know about an import as a whole.</summary>
/// <param name="Code">Stable: <c>import.currency_assumed</c> …</param>
/// <param name="Text">A sentence for a person.</param>
public sealed record ImportNote(string Code, string Text);

/// <summary>Counts what an import comes to, and keeps its problems and differences until they are written with the goods they are about.</summary>
internal sealed class ImportTally(Import import, DatabaseKind kind)
{
    /// <summary>Problems beyond these are counted and not kept.</summary>
    public const int MostProblemsKept = 10_000;

    internal static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly List<FeedProblem> problems = [];
    private readonly List<(string Key, string Name, string What, Difference Difference)> differences = [];
    private readonly List<ImportNote> notes = [];
    private int problemsKept;
    private int differencesKept;

    /// <summary>What waits to be written.</summary>
    public int Waiting => problems.Count + differences.Count;

    public void Say(FeedProblem problem)
    {
        if (problem.Rejects)
        {
            import.Read++;
            import.Rejected++;
        }
        import.Problems++;
        if (problemsKept + problems.Count < MostProblemsKept) problems.Add(problem);
    }

    public void Note(string code, string text)
    {
        if (notes.Exists(n => n.Code == code)) return;
        notes.Add(new ImportNote(code, text));
        import.Notes = JsonSerializer.Serialize(notes, Json);
    }

    /// <summary>Counts a batch; in a dry run its differences are kept.</summary>
    public void Count(BatchOutcome outcome)
    {
        foreach (var problem in outcome.Problems) Say(problem);
        import.Read += outcome.Created + outcome.Updated + outcome.Unchanged;
        import.Created += outcome.Created;
        import.Updated += outcome.Updated;
        import.Unchanged += outcome.Unchanged;
        import.Deactivated += outcome.Changed.Count(p => p.Draft.Deleted && p.Old is { Active: true });
        if (!import.IsDryRun) return;
        foreach (var goods in outcome.Changed)
        {
            foreach (var difference in goods.Differences) Differ(goods.Next.Key, goods.Next.Name, goods.Old is null ? "new" : "changed", difference);
        }
    }

    /// <summary>Counts goods that a whole range does not have any more; they were not read.</summary>
    public void CountGone(BatchOutcome outcome)
    {
        import.Deactivated += outcome.Updated;
        if (!import.IsDryRun) return;
        foreach (var goods in outcome.Changed)
        {
            foreach (var difference in goods.Differences) Differ(goods.Next.Key, goods.Next.Name, "off the shelf", difference);
        }
    }

    private void Differ(string key, string name, string what, Difference difference)
    {
        import.Differences++;
        differences.Add((key, name, what, difference));
    }

    /// <summary>Writes counts, problems and differences, in the transaction of the goods they are about.</summary>
    public async Task Write(DbConnection connection, DbTransaction transaction, CancellationToken ct)
    {
        var rows = new Bulk("catalog_import_problem", "import_id, n", new("import_id", Kind.Id), new("n", Kind.Number), new("line", Kind.Number), new("field", Kind.Text), new("code", Kind.Text), new("said", Kind.Text));
        for (var i = 0; i < problems.Count; i++) rows.Add(import.Id, problemsKept + i + 1, problems[i].Line, problems[i].Field, problems[i].Code, problems[i].Text);
        await rows.Write(connection, transaction, ct);
        var changes = new Bulk("catalog_import_difference", "import_id, n",
            new("import_id", Kind.Id), new("n", Kind.Number), new("product_key", Kind.Text), new("name", Kind.Text), new("what", Kind.Text), new("field", Kind.Text), new("before", Kind.Text), new("after", Kind.Text));
        for (var i = 0; i < differences.Count; i++)
        {
            var (key, name, what, difference) = differences[i];
            changes.Add(import.Id, differencesKept + i + 1, key, name, what, difference.Field, difference.Before, difference.After);
        }
        await changes.Write(connection, transaction, ct);
        await using var command = new ShelfReader(kind, connection, transaction).Command("""
            update catalog_import set rows_read = @rows, read_count = @read, created_count = @created, updated_count = @updated, unchanged_count = @unchanged,
            rejected_count = @rejected, deactivated_count = @deactivated, problem_count = @problems, difference_count = @differences, notes = @notes where id = @id
            """);
        foreach (var (name, value) in new (string, object)[]
        {
            ("@rows", import.Rows), ("@read", import.Read), ("@created", import.Created), ("@updated", import.Updated), ("@unchanged", import.Unchanged), ("@rejected", import.Rejected),
            ("@deactivated", import.Deactivated), ("@problems", import.Problems), ("@differences", import.Differences), ("@notes", import.Notes), ("@id", Bulk.Key(kind, import.Id)),
        }) ShelfReader.Bind(command, name, value);
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>What was written is there for good: forgets it.</summary>
    public void Written()
    {
        problemsKept += problems.Count;
        differencesKept += differences.Count;
        problems.Clear();
        differences.Clear();
    }
}
