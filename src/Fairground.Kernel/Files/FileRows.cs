using System.Data.Common;
using Fairground.Kernel.Storage;

namespace Fairground.Kernel.Files;

/// <summary>What is known of files: the rows of <c>kernel_file</c>.</summary>
internal sealed class FileRows(Database database)
{
    private const string Columns = "id, length, media_type, sha256, is_public, created_at, store";

    public bool IsSqlite => database.Kind == DatabaseKind.Sqlite;

    public async Task<StoredFile?> Find(Guid id, CancellationToken ct)
    {
        var found = await Read($"select {Columns} from kernel_file where id = @id", ct, ("@id", Key(id)));
        return found.Count > 0 ? found[0] : null;
    }

    /// <summary>Those of these that are there, by id.</summary>
    public async Task<Dictionary<Guid, StoredFile>> FindMany(IReadOnlyCollection<Guid> ids, CancellationToken ct)
    {
        if (ids.Count == 0) return [];
        var (condition, keys) = In(ids);
        return (await Read($"select {Columns} from kernel_file where id{condition}", ct, keys)).ToDictionary(file => file.Id);
    }

    /// <summary>A file that was just written, or the one that has the same content already. Either way it counts as wanted from now on.</summary>
    public async Task<StoredFile> Keep(StoredFile file, PictureFacts? picture, DateTimeOffset now, CancellationToken ct)
    {
        const string Insert = $"""
            insert into kernel_file (id, length, media_type, sha256, is_public, created_at, store, touched_at) values (@id, @length, @type, @hash, @public, @at, @store, @now)
            on conflict (sha256) do update set is_public = case when excluded.is_public = 1 then 1 else kernel_file.is_public end, touched_at = excluded.touched_at, orphan_since = null
            returning {Columns}
            """;
        using var turn = await Turn(ct);
        await using var connection = await database.OpenAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        StoredFile kept;
        await using (var insert = Command(connection, transaction, Insert, ("@id", Key(file.Id)), ("@length", file.Length), ("@type", file.MediaType), ("@hash", file.Sha256),
            ("@public", file.IsPublic ? 1 : 0), ("@at", Ms(file.CreatedAt)), ("@store", file.Store), ("@now", Ms(now))))
        await using (var reader = await insert.ExecuteReaderAsync(ct))
        {
            await reader.ReadAsync(ct);
            kept = Row(reader);
        }
        await Run(connection, transaction, "delete from kernel_file_upload where file_id = @id", ct, ("@id", Key(kept.Id)));
        if (picture is not null)
        {
            await Run(connection, transaction, "insert into kernel_picture (file_id, width, height, due_at, tries, error) values (@id, @width, @height, @now, 0, null) on conflict (file_id) do nothing", ct,
                ("@id", Key(kept.Id)), ("@width", picture.ShownWidth), ("@height", picture.ShownHeight), ("@now", Ms(now)));
        }
        await transaction.CommitAsync(ct);
        return kept;
    }

    /// <summary>Files with an id above <paramref name="after"/>, in order; of one store where it is given.</summary>
    public Task<List<StoredFile>> After(Guid after, int limit, string? store, CancellationToken ct) => Read(
        $"select {Columns} from kernel_file where id > @after{(store is null ? "" : " and store = @store")} order by id limit {limit}", ct, store is null ? [("@after", Key(after))] : [("@after", Key(after)), ("@store", store)]);

    /// <summary>The newest files of a store.</summary>
    public Task<List<StoredFile>> Newest(string store, int limit, CancellationToken ct) =>
        Read($"select {Columns} from kernel_file where store = @store order by id desc limit {limit}", ct, ("@store", store));

    /// <summary>How many files lie in each store, and how many bytes they have.</summary>
    public async Task<IReadOnlyList<StoreTotal>> Totals(CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        await using var command = Command(connection, null, "select store, count(*), cast(sum(length) as bigint) from kernel_file group by store order by store");
        await using var reader = await command.ExecuteReaderAsync(ct);
        var totals = new List<StoreTotal>();
        while (await reader.ReadAsync(ct)) totals.Add(new StoreTotal(reader.GetString(0), reader.GetInt64(1), reader.GetInt64(2)));
        return totals;
    }

    /// <summary>Says that the bytes lie in another store now, and that the old copy is still to be removed; false where the file is gone or was moved by somebody else.</summary>
    public Task<bool> Moved(Guid id, string from, string to, CancellationToken ct) =>
        Changed("update kernel_file set store = @to, leftover = @from where id = @id and store = @from", ct, ("@to", to), ("@from", from), ("@id", Key(id)));

    /// <summary>Files whose old copy is still to be removed, with where it lies.</summary>
    public async Task<List<(Guid Id, string Store)>> Leftovers(int limit, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        await using var command = Command(connection, null, $"select id, leftover from kernel_file where leftover is not null order by id limit {limit}");
        await using var reader = await command.ExecuteReaderAsync(ct);
        var found = new List<(Guid, string)>();
        while (await reader.ReadAsync(ct)) found.Add((Id(reader, 0), reader.GetString(1)));
        return found;
    }

    public Task<bool> Cleared(Guid id, CancellationToken ct) => Changed("update kernel_file set leftover = null where id = @id", ct, ("@id", Key(id)));

    /// <summary>Marks the files that nobody refers to since <paramref name="now"/>, and takes the mark from the others.</summary>
    public async Task Mark(IReadOnlyCollection<Guid> orphans, IReadOnlyCollection<Guid> wanted, DateTimeOffset now, CancellationToken ct)
    {
        if (orphans.Count > 0) await Many("update kernel_file set orphan_since = @now where orphan_since is null and id", orphans, ct, ("@now", Ms(now)));
        if (wanted.Count > 0) await Many("update kernel_file set orphan_since = null where orphan_since is not null and id", wanted, ct);
    }

    /// <summary>
    /// Removes a file that nobody has referred to since <paramref name="before"/> and that nobody has sent again since; false where that is not so.
    /// Its bytes are noted as an upload that never became a file, so that they are found again should this process end now.
    /// </summary>
    public async Task<bool> Remove(Guid id, DateTimeOffset before, DateTimeOffset now, CancellationToken ct)
    {
        using var turn = await Turn(ct);
        await using var connection = await database.OpenAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        if (await Run(connection, transaction, "delete from kernel_file where id = @id and orphan_since <= @before and touched_at <= @before", ct, ("@id", Key(id)), ("@before", Ms(before))) == 0) return false;
        await Run(connection, transaction, "insert into kernel_file_upload (file_id, started_at) values (@id, @now) on conflict (file_id) do nothing", ct, ("@id", Key(id)), ("@now", Ms(now)));
        await Run(connection, transaction, "delete from kernel_picture where file_id = @id", ct, ("@id", Key(id)));
        await Run(connection, transaction, "delete from kernel_picture_size where file_id = @id", ct, ("@id", Key(id)));
        await transaction.CommitAsync(ct);
        return true;
    }

    /// <summary>Notes that bytes are being written which belong to no file yet.</summary>
    public Task<bool> Began(Guid id, DateTimeOffset now, CancellationToken ct) =>
        Changed("insert into kernel_file_upload (file_id, started_at) values (@id, @now) on conflict (file_id) do nothing", ct, ("@id", Key(id)), ("@now", Ms(now)));

    /// <summary>Forgets an upload whose bytes are gone or belong to a file by now.</summary>
    public Task<bool> Ended(Guid id, CancellationToken ct) => Changed("delete from kernel_file_upload where file_id = @id", ct, ("@id", Key(id)));

    /// <summary>Uploads that began before <paramref name="before"/> and are no file.</summary>
    public async Task<List<Guid>> Abandoned(DateTimeOffset before, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        await using var command = Command(connection, null, "select file_id from kernel_file_upload u where started_at < @before and not exists (select 1 from kernel_file f where f.id = u.file_id) order by file_id limit 1000", ("@before", Ms(before)));
        await using var reader = await command.ExecuteReaderAsync(ct);
        var found = new List<Guid>();
        while (await reader.ReadAsync(ct)) found.Add(Id(reader, 0));
        return found;
    }

    public async Task<bool> Changed(string sql, CancellationToken ct, params (string Name, object Value)[] values)
    {
        using var turn = await Turn(ct);
        await using var connection = await database.OpenAsync(ct);
        return await Run(connection, null, sql, ct, values) > 0;
    }

    public async ValueTask<IDisposable?> Turn(CancellationToken ct) => IsSqlite ? await database.Gate.EnterAsync(ct) : null;

    public object Key(Guid id) => IsSqlite ? id.ToByteArray(true) : id;

    public static long Ms(DateTimeOffset at) => at.ToUnixTimeMilliseconds();

    public Guid Id(DbDataReader reader, int column) => IsSqlite ? new Guid((byte[])reader.GetValue(column), true) : reader.GetGuid(column);

    public static async Task<int> Run(DbConnection connection, DbTransaction? transaction, string sql, CancellationToken ct, params (string Name, object Value)[] values)
    {
        await using var command = Command(connection, transaction, sql, values);
        return await command.ExecuteNonQueryAsync(ct);
    }

    public static DbCommand Command(DbConnection connection, DbTransaction? transaction, string sql, params (string Name, object Value)[] values)
    {
        var command = connection.CreateCommand();
        command.Transaction = transaction;
#pragma warning disable CA2100 // Every caller gives a text of its own; values are parameters.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var (name, value) in values)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value);
            command.Parameters.Add(parameter);
        }
        return command;
    }

    /// <summary><c> in (…)</c> for these ids, with their parameters.</summary>
    public (string Sql, (string, object)[] Values) In(IReadOnlyCollection<Guid> ids) =>
        IsSqlite
            ? ($" in ({string.Join(", ", ids.Select((_, i) => $"@i{i}"))})", [.. ids.Select((id, i) => ($"@i{i}", Key(id)))])
            : (" = any(@ids)", [("@ids", ids.ToArray())]);

    private async Task Many(string sql, IReadOnlyCollection<Guid> ids, CancellationToken ct, params (string, object)[] values)
    {
        var (condition, keys) = In(ids);
        await Changed(sql + condition, ct, [.. values, .. keys]);
    }

    private async Task<List<StoredFile>> Read(string sql, CancellationToken ct, params (string Name, object Value)[] values)
    {
        await using var connection = await database.OpenAsync(ct);
        await using var command = Command(connection, null, sql, values);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var found = new List<StoredFile>();
        while (await reader.ReadAsync(ct)) found.Add(Row(reader));
        return found;
    }

    private StoredFile Row(DbDataReader reader) =>
        new(Id(reader, 0), reader.GetInt64(1), reader.GetString(2), reader.GetString(3), reader.GetInt32(4) == 1, DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(5))) { Store = reader.GetString(6) };
}

/// <summary>What lies in one store.</summary>
public sealed record StoreTotal(string Store, long Files, long Bytes);
