using System.Data.Common;
using System.Security.Cryptography;
using Fairground.Kernel.Storage;

namespace Fairground.Kernel.Files;

/// <summary>
/// The file store inside the database, laid out as GridFS does: one row a file, one row a piece of 255 KiB. The file's row is written
/// last, so that a file is either whole or not there; pieces that a crash left behind are swept.
/// </summary>
public sealed class ChunkStore(Database database, TimeProvider time) : IFileStore
{
    /// <summary>Bytes in a piece (255 KiB).</summary>
    public const int ChunkBytes = 261_120;

    // Pieces written in one transaction: few fsyncs, and the writer's turn is never held while a slow sender is waited for.
    private const int ChunksATurn = 8;

    private bool IsSqlite => database.Kind == DatabaseKind.Sqlite;

    public async Task<Result<StoredFile>> Save(Stream content, FileRules rules, CancellationToken ct)
    {
        var id = Ids.New();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var waiting = new List<byte[]>(ChunksATurn);
        var (written, length, type) = (0, 0L, "");
        for (var last = false; !last;)
        {
            var chunk = await ReadChunk(content, ct);
            last = chunk.Length < ChunkBytes;
            length += chunk.Length;
            if (type.Length == 0) type = MediaType.Of(chunk.AsSpan(0, Math.Min(chunk.Length, MediaType.HeadBytes)));
            if (Refusal(length, type, rules) is { } refusal)
            {
                if (written > 0) await Remove(id, CancellationToken.None);
                return refusal;
            }
            hash.AppendData(chunk);
            if (chunk.Length > 0) waiting.Add(chunk);
            if (waiting.Count < ChunksATurn && !last) continue;
            await WriteChunks(id, written, waiting, ct);
            written += waiting.Count;
            waiting.Clear();
        }
        return await Finish(new StoredFile(id, length, type, Convert.ToHexStringLower(hash.GetHashAndReset()), rules.IsPublic, time.GetUtcNow()), ct);
    }

    public async Task<StoredFile?> Find(Guid id, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await Find(connection, null, "id = @value", Key(id), ct);
    }

    public async Task<IReadOnlySet<Guid>> Existing(IReadOnlyCollection<Guid> ids, CancellationToken ct)
    {
        var existing = new HashSet<Guid>();
        await using var connection = await database.OpenAsync(ct);
        foreach (var id in ids)
        {
            if (await Find(connection, null, "id = @value", Key(id), ct) is not null) existing.Add(id);
        }
        return existing;
    }

    public Stream OpenRead(StoredFile file) => new ChunkStream(database, file);

    /// <summary>Removes pieces older than <paramref name="before"/> that belong to no file; returns how many.</summary>
    public async Task<int> Sweep(DateTimeOffset before, CancellationToken ct)
    {
        using var turn = await Turn(ct);
        await using var connection = await database.OpenAsync(ct);
        await using var command = connection.CreateCommand();
        // Ids are ordered by time, so age needs no column.
        command.CommandText = "delete from kernel_file_chunk where file_id < @before and not exists (select 1 from kernel_file where id = file_id)";
        Bind(command, "@before", Key(Guid.CreateVersion7(before)));
        return await command.ExecuteNonQueryAsync(ct);
    }

    private static Refusal? Refusal(long length, string type, FileRules rules)
    {
        if (length == 0) return FileRefusals.Empty;
        if (rules.PicturesOnly && !MediaType.IsPicture(type)) return FileRefusals.TypeRefused;
        if (length > rules.LongestBytes) return FileRefusals.TooLarge.Saying($"The file is larger than {rules.LongestBytes / 1024 / 1024} MB.", ("limitBytes", rules.LongestBytes));
        return null;
    }

    private static async Task<byte[]> ReadChunk(Stream content, CancellationToken ct)
    {
        var buffer = new byte[ChunkBytes];
        var read = await content.ReadAtLeastAsync(buffer, ChunkBytes, throwOnEndOfStream: false, ct);
        return read == ChunkBytes ? buffer : buffer[..read];
    }

    private async Task WriteChunks(Guid id, int first, List<byte[]> chunks, CancellationToken ct)
    {
        using var turn = await Turn(ct);
        await using var connection = await database.OpenAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = "insert into kernel_file_chunk (file_id, n, data) values (@file, @n, @data)";
        Bind(command, "@file", Key(id));
        Bind(command, "@n", first);
        Bind(command, "@data", chunks[0]);
        for (var i = 0; i < chunks.Count; i++)
        {
            (command.Parameters[1].Value, command.Parameters[2].Value) = (first + i, chunks[i]);
            await command.ExecuteNonQueryAsync(ct);
        }
        await transaction.CommitAsync(ct);
    }

    private async Task<StoredFile> Finish(StoredFile file, CancellationToken ct)
    {
        using var turn = await Turn(ct);
        await using var connection = await database.OpenAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using (var insert = connection.CreateCommand())
        {
            insert.Transaction = transaction;
            insert.CommandText = "insert into kernel_file (id, length, media_type, sha256, is_public, created_at) values (@id, @length, @type, @hash, @public, @at) on conflict (sha256) do nothing";
            Bind(insert, "@id", Key(file.Id));
            Bind(insert, "@length", file.Length);
            Bind(insert, "@type", file.MediaType);
            Bind(insert, "@hash", file.Sha256);
            Bind(insert, "@public", file.IsPublic ? 1 : 0);
            Bind(insert, "@at", file.CreatedAt.ToUnixTimeMilliseconds());
            await insert.ExecuteNonQueryAsync(ct);
        }
        var kept = await Find(connection, transaction, "sha256 = @value", file.Sha256, ct) ?? throw new InvalidOperationException($"File {file.Sha256} is gone.");
        if (kept.Id != file.Id) await Run(connection, transaction, "delete from kernel_file_chunk where file_id = @value", Key(file.Id), ct);
        if (file.IsPublic && !kept.IsPublic)
        {
            await Run(connection, transaction, "update kernel_file set is_public = 1 where id = @value", Key(kept.Id), ct);
            kept = kept with { IsPublic = true };
        }
        await transaction.CommitAsync(ct);
        return kept;
    }

    private async Task Remove(Guid id, CancellationToken ct)
    {
        using var turn = await Turn(ct);
        await using var connection = await database.OpenAsync(ct);
        await Run(connection, null, "delete from kernel_file_chunk where file_id = @value", Key(id), ct);
    }

    private async Task<StoredFile?> Find(DbConnection connection, DbTransaction? transaction, string where, object value, CancellationToken ct)
    {
        await using var command = connection.CreateCommand();
        command.Transaction = transaction;
#pragma warning disable CA2100 // The condition is one of two constants above.
        command.CommandText = $"select id, length, media_type, sha256, is_public, created_at from kernel_file where {where}";
#pragma warning restore CA2100
        Bind(command, "@value", value);
        await using var reader = await command.ExecuteReaderAsync(ct);
        if (!await reader.ReadAsync(ct)) return null;
        var id = IsSqlite ? new Guid((byte[])reader.GetValue(0), true) : reader.GetGuid(0);
        return new StoredFile(id, reader.GetInt64(1), reader.GetString(2), reader.GetString(3), reader.GetInt32(4) == 1, DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(5)));
    }

    private static async Task Run(DbConnection connection, DbTransaction? transaction, string sql, object value, CancellationToken ct)
    {
        await using var command = connection.CreateCommand();
        command.Transaction = transaction;
#pragma warning disable CA2100 // Constants above.
        command.CommandText = sql;
#pragma warning restore CA2100
        Bind(command, "@value", value);
        await command.ExecuteNonQueryAsync(ct);
    }

    private async ValueTask<IDisposable?> Turn(CancellationToken ct) => IsSqlite ? await database.Gate.EnterAsync(ct) : null;

    private object Key(Guid id) => IsSqlite ? id.ToByteArray(true) : id;

    private static void Bind(DbCommand command, string name, object value)
    {
        var parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = (name, value);
        command.Parameters.Add(parameter);
    }
}
