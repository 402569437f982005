using System.Text.Json;
using System.Text.Json.Serialization;
using Fairground.Catalog.Feeds;
using Microsoft.Data.Sqlite;

namespace Fairground.Catalog.ImportFeed;

/// <summary>Where scratch files of running imports lie.</summary>
/// <param name="Path">In the data folder, so that it is on a disk with room.</param>
internal sealed record ScratchFolder(string Path)
{
    /// <summary>Removes what a killed import left behind; a file that is in use stays.</summary>
    public void Sweep()
    {
        if (!Directory.Exists(Path)) return;
        foreach (var file in Directory.EnumerateFiles(Path, "import-*.db*")) Remove(file);
    }

    internal static void Remove(string file)
    {
        try
        {
            File.Delete(file);
        }
        catch (IOException)
        {
            // Another process works with it, and removes it itself.
        }
    }
}

/// <summary>
/// What one import must remember until the end of its file: the keys it has seen, goods that wait for their variants, and what is said of
/// goods that stand elsewhere. It lies in a file of its own, so a feed of any length needs the same memory.
/// </summary>
internal sealed partial class ImportScratch : IDisposable
{
    // More variants of one product than this are no shop's; the rest is said and left.
    private const int MostOfOne = 5_000;

    // Keys held in memory, at most 12 MB of it; what a longer feed has more lies in the file.
    public const int MostInMemory = 1_000_000;

    private readonly KeySet seen = new();
    private readonly int mostInMemory;
    private readonly string file;
    private readonly SqliteConnection connection;
    private readonly SqliteCommand see;
    private readonly SqliteCommand ask;
    private readonly SqliteCommand keepParent;
    private readonly SqliteCommand keepName;
    private readonly SqliteCommand keepChild;
    private long last;

    public ImportScratch(ScratchFolder folder, Guid importId, int mostInMemory = MostInMemory)
    {
        this.mostInMemory = mostInMemory;
        Directory.CreateDirectory(folder.Path);
        file = Path.Combine(folder.Path, $"import-{importId:n}.db");
        ScratchFolder.Remove(file);
        connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString());
        connection.Open();
        // Nothing here outlives the import, so nothing is made safe; 2 MiB are kept in memory and the rest is on disk.
        Run("pragma journal_mode = off");
        Run("pragma synchronous = off");
        Run("pragma cache_size = -2048");
        Run("pragma temp_store = file");
        Run("create table seen (mark integer not null primary key)");
        Run("create table parent (seq integer primary key, data blob not null)");
        Run("create table name (name text not null primary key, parent integer not null) without rowid");
        Run("create table child (seq integer primary key, name text not null, raw text not null, kind integer not null, data blob not null, parent integer null)");
        Run("begin");
        see = Command("insert or ignore into seen (mark) values (@a)", 1);
        ask = Command("select 1 from seen where mark = @a", 1);
        keepParent = Command("insert into parent (seq, data) values (@a, @b)", 2);
        keepName = Command("insert or ignore into name (name, parent) values (@a, @b)", 2);
        keepChild = Command("insert into child (seq, name, raw, kind, data) values (@a, @b, @c, @d, @e)", 5);
    }

    private enum ChildKind
    {
        Variant,
        Patch,
    }

    /// <summary>True the first time a key is seen in this file.</summary>
    public bool See(string key)
    {
        var mark = KeySet.Mark(key);
        if (seen.Count < mostInMemory) return seen.Add(mark);
        return !seen.Contains(mark) && Execute(see, unchecked((long)mark)) == 1;
    }

    /// <summary>True where the key stands in the file.</summary>
    public bool HasSeen(string key)
    {
        var mark = KeySet.Mark(key);
        if (seen.Contains(mark)) return true;
        if (seen.Count < mostInMemory) return false;
        ask.Parameters[0].Value = unchecked((long)mark);
        return ask.ExecuteScalar() is not null;
    }

    /// <summary>Keeps goods until what belongs to them has been read.</summary>
    public void Wait(FeedProduct parent)
    {
        var seq = ++last;
        Execute(keepParent, seq, JsonSerializer.SerializeToUtf8Bytes(parent, FeedJson.Default.FeedProduct));
        Execute(keepName, Fold(parent.Key), seq);
        foreach (var alias in parent.Aliases) Execute(keepName, Fold(alias), seq);
    }

    public void Wait(FeedVariant variant) =>
        Execute(keepChild, ++last, Fold(variant.Parent), variant.Parent, (int)ChildKind.Variant, JsonSerializer.SerializeToUtf8Bytes(variant, FeedJson.Default.FeedVariant));

    public void Wait(FeedPatch patch) =>
        Execute(keepChild, ++last, Fold(patch.Key), patch.Key, (int)ChildKind.Patch, JsonSerializer.SerializeToUtf8Bytes(patch, FeedJson.Default.FeedPatch));

    /// <summary>The goods that waited, put together, in the order of the file; then what is said of goods that are not among them.</summary>
    public IEnumerable<FeedRecord> Joined()
    {
        Run("update child set parent = (select n.parent from name n where n.name = child.name)");
        Run("create index child_parent on child (parent, seq)");
        foreach (var group in Groups("select p.seq, p.data, c.kind, c.data, '' from parent p left join child c on c.parent = p.seq order by p.seq, c.seq"))
        {
            yield return Together(JsonSerializer.Deserialize(group.Parent!, FeedJson.Default.FeedProduct)!, group);
            if (group.Beyond > 0) yield return TooMany(group);
        }
        const string Apart = """
            select f.first, null, c.kind, c.data, c.raw from child c join (select name, min(seq) as first from child where parent is null group by name) f on f.name = c.name
            where c.parent is null order by f.first, c.seq
            """;
        foreach (var group in Groups(Apart))
        {
            var line = group.Variants.Count > 0 ? group.Variants[0].Line : group.Patches[0].Line;
            yield return new FeedAdditions(line, group.Name, group.Variants, group.Patches);
            if (group.Beyond > 0) yield return TooMany(group);
        }
    }

    public void Dispose()
    {
        foreach (var command in (SqliteCommand[])[see, ask, keepParent, keepName, keepChild]) command.Dispose();
        connection.Dispose();
        ScratchFolder.Remove(file);
    }

    private static FeedProduct Together(FeedProduct parent, Group group)
    {
        var variants = parent.Variants.Concat(group.Variants.Select(v => v.Offer)).ToList();
        var price = parent.Price;
        foreach (var patch in group.Patches)
        {
            if (patch.Offer.Key.Length == 0 && patch.Parts.HasFlag(FeedParts.Price)) price = patch.Offer.Price;
            for (var i = 0; i < variants.Count; i++)
            {
                var concerned = patch.Offer.Key.Length == 0 ? variants.Count == 1 || !patch.Parts.HasFlag(FeedParts.Stock) : variants[i].Key == patch.Offer.Key;
                if (!concerned) continue;
                if (patch.Parts.HasFlag(FeedParts.Price)) variants[i] = variants[i] with { Price = patch.Offer.Price };
                if (patch.Parts.HasFlag(FeedParts.Stock)) variants[i] = variants[i] with { Stock = patch.Offer.Stock };
            }
            if (variants.Count == 0 && patch.Offer.Stock.Length > 0) variants.Add(new FeedOffer(patch.Line) { Sku = parent.Sku, Stock = patch.Offer.Stock, Price = price });
        }
        return parent with { Variants = variants, Price = price };
    }

    private static FeedProblem TooMany(Group group) =>
        new(group.Variants.Count > 0 ? group.Variants[^1].Line : group.Patches[^1].Line, 0, "", FeedCodes.VariantsTooMany, Fill(Key("One product has more than {0} variants; the last {1} are left out."), MostOfOne, group.Beyond), Rejects: false);

    private IEnumerable<Group> Groups(string sql)
    {
#pragma warning disable CA2100 // Constants above.
        using var command = new SqliteCommand(sql, connection);
#pragma warning restore CA2100
        using var reader = command.ExecuteReader();
        Group? group = null;
        while (reader.Read())
        {
            if (group?.Seq != reader.GetInt64(0))
            {
                if (group is not null) yield return group;
                group = new Group(reader.GetInt64(0), reader.IsDBNull(1) ? null : reader.GetFieldValue<byte[]>(1), reader.GetString(4));
            }
            if (reader.IsDBNull(2)) continue;
            if (group.Variants.Count + group.Patches.Count >= MostOfOne) group.Beyond++;
            else if ((ChildKind)reader.GetInt32(2) == ChildKind.Variant) group.Variants.Add(JsonSerializer.Deserialize(reader.GetFieldValue<byte[]>(3), FeedJson.Default.FeedVariant)!);
            else group.Patches.Add(JsonSerializer.Deserialize(reader.GetFieldValue<byte[]>(3), FeedJson.Default.FeedPatch)!);
        }
        if (group is not null) yield return group;
    }

    private static string Fold(string name) => name.ToUpperInvariant();

    private SqliteCommand Command(string sql, int parameters)
    {
#pragma warning disable CA2100 // Constants above.
        var command = new SqliteCommand(sql, connection);
#pragma warning restore CA2100
        for (var i = 0; i < parameters; i++) command.Parameters.Add(new SqliteParameter { ParameterName = "@" + (char)('a' + i) });
        return command;
    }

    private static int Execute(SqliteCommand command, params ReadOnlySpan<object> values)
    {
        for (var i = 0; i < values.Length; i++) command.Parameters[i].Value = values[i];
        return command.ExecuteNonQuery();
    }

    private void Run(string sql)
    {
        using var command = Command(sql, 0);
        command.ExecuteNonQuery();
    }

    private sealed record Group(long Seq, byte[]? Parent, string Name)
    {
        public List<FeedVariant> Variants { get; } = [];

        public List<FeedPatch> Patches { get; } = [];

        public int Beyond { get; set; }
    }

    [JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
    [JsonSerializable(typeof(FeedProduct))]
    [JsonSerializable(typeof(FeedVariant))]
    [JsonSerializable(typeof(FeedPatch))]
    private sealed partial class FeedJson : JsonSerializerContext;
}

/// <summary>What a file says of goods that are not in it: variants and changes, for goods that are on the shelf.</summary>
/// <param name="Key">The goods' source key, or another name that they were imported with.</param>
internal sealed record FeedAdditions(long Line, string Key, IReadOnlyList<FeedVariant> Variants, IReadOnlyList<FeedPatch> Patches) : FeedRecord(Line, 0);
