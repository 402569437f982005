using System.Data.Common;
using SQLitePCL;

namespace Fairground.Ledger.GroupCommit;

/// <summary>The key of a hot row: one or two ids.</summary>
public readonly record struct HotKey(Guid A, Guid B = default) : IComparable<HotKey>
{
    public int CompareTo(HotKey other) => A.CompareTo(other.A) is var first and not 0 ? first : B.CompareTo(other.B);
}

/// <summary>How a column is stored on both engines.</summary>
public enum HotType
{
    Uuid,
    Long,
    Int,
    Text,
    Bytes,
}

/// <summary>A column: its name, type and how to take its value from a row. Instants are milliseconds since 1970 as <see cref="HotType.Long"/>.</summary>
public sealed record HotColumn<TRow>(string Name, HotType Type, Func<TRow, object?> Get);

/// <summary>Reads a loaded row by column position, the same on both engines.</summary>
public readonly struct HotReader
{
    private readonly DbDataReader? reader;
    private readonly sqlite3_stmt? row;
    private readonly bool blobIds;

    /// <summary>Over an ordinary reader; <paramref name="blobIds"/> where ids are 16-byte blobs, as on SQLite.</summary>
    public HotReader(DbDataReader reader, bool blobIds = false) => (this.reader, this.blobIds) = (reader, blobIds);

    internal HotReader(sqlite3_stmt row) => this.row = row;

    public Guid Uuid(int i)
    {
        if (row is not null) return new Guid(raw.sqlite3_column_blob(row, i), bigEndian: true);
        return blobIds ? new Guid((byte[])reader!.GetValue(i), bigEndian: true) : reader!.GetGuid(i);
    }

    public Guid? UuidOrNull(int i) => IsNull(i) ? null : Uuid(i);

    public long Long(int i) => row is null ? reader!.GetInt64(i) : raw.sqlite3_column_int64(row, i);

    public long? LongOrNull(int i) => IsNull(i) ? null : Long(i);

    public int Int(int i) => row is null ? reader!.GetInt32(i) : checked((int)raw.sqlite3_column_int64(row, i));

    public string Text(int i) => row is null ? reader!.GetString(i) : raw.sqlite3_column_text(row, i).utf8_to_string();

    public string? TextOrNull(int i) => IsNull(i) ? null : Text(i);

    public byte[] Bytes(int i) => row is null ? (byte[])reader!.GetValue(i) : raw.sqlite3_column_blob(row, i).ToArray();

    public DateTimeOffset Instant(int i) => DateTimeOffset.FromUnixTimeMilliseconds(Long(i));

    public DateTimeOffset? InstantOrNull(int i) => IsNull(i) ? null : Instant(i);

    public bool IsNull(int i) => row is null ? reader!.IsDBNull(i) : raw.sqlite3_column_type(row, i) == raw.SQLITE_NULL;
}

/// <summary>A table that hot commands read, change or add to.</summary>
public abstract class HotTable
{
    private protected HotTable(string name, int keyColumns) => (Name, KeyColumns) = (name, keyColumns);

    public string Name { get; }

    /// <summary>How many of the first columns are the key; 0 for tables that are only added to.</summary>
    public int KeyColumns { get; }

    internal abstract IReadOnlyList<(string Name, HotType Type)> Columns { get; }

    internal abstract object? Value(object row, int column);

    internal abstract object Read(HotReader reader);

    internal abstract HotKey KeyOf(object row);
}

/// <summary>A table whose rows are loaded and locked by key and may change. Its first one or two columns are ids and the primary key.</summary>
public sealed class HotTable<TRow> : HotTable
    where TRow : class
{
    private readonly IReadOnlyList<HotColumn<TRow>> columns;
    private readonly Func<HotReader, TRow>? read;

    private HotTable(string name, int keyColumns, IReadOnlyList<HotColumn<TRow>> columns, Func<HotReader, TRow>? read)
        : base(name, keyColumns)
    {
        (this.columns, this.read) = (columns, read);
        Columns = [.. columns.Select(c => (c.Name, c.Type))];
    }

    internal override IReadOnlyList<(string Name, HotType Type)> Columns { get; }

    /// <summary>A table keyed by its first <paramref name="keyColumns"/> (1 or 2) uuid columns.</summary>
    public static HotTable<TRow> Keyed(string name, int keyColumns, Func<HotReader, TRow> read, params HotColumn<TRow>[] columns)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(keyColumns is 1 or 2, true);
        return new HotTable<TRow>(name, keyColumns, columns, read);
    }

    /// <summary>A table that is only added to.</summary>
    public static HotTable<TRow> Append(string name, params HotColumn<TRow>[] columns) => new(name, 0, columns, null);

    internal override object? Value(object row, int column) => columns[column].Get((TRow)row);

    internal override object Read(HotReader reader) => read!(reader);

    internal override HotKey KeyOf(object row)
    {
        var typed = (TRow)row;
        return new HotKey((Guid)columns[0].Get(typed)!, KeyColumns == 2 ? (Guid)columns[1].Get(typed)! : default);
    }
}
