using Fairground.Kernel.Storage;

namespace Fairground.Kernel.Files;

/// <summary>Bytes inside the database, laid out as GridFS does: one row a piece of 255 KiB (C-36).</summary>
internal sealed class ChunkStore(Database database, FileRows rows) : IByteStore
{
    /// <summary>Bytes in a piece (255 KiB).</summary>
    public const int ChunkBytes = 261_120;

    public string Name => FileStores.Database;

    public async Task<IByteWriter> Write(Guid id, bool replaces, CancellationToken ct)
    {
        if (replaces) await Remove(id, ct);
        return new ChunkWriter(database, rows, id);
    }

    public Stream OpenRead(StoredFile file) => new ChunkStream(database, file);

    public async Task<long?> Length(Guid id, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        await using var command = FileRows.Command(connection, null, "select cast(sum(length(data)) as bigint) from kernel_file_chunk where file_id = @id", ("@id", rows.Key(id)));
        return await command.ExecuteScalarAsync(ct) as long?;
    }

    public Task Remove(Guid id, CancellationToken ct) => rows.Changed("delete from kernel_file_chunk where file_id = @id", ct, ("@id", rows.Key(id)));

    public async Task<int> Sweep(DateTimeOffset before, CancellationToken ct)
    {
        using var turn = await rows.Turn(ct);
        await using var connection = await database.OpenAsync(ct);
        // Ids are ordered by time, so age needs no column.
        return await FileRows.Run(connection, null, "delete from kernel_file_chunk where file_id < @before and not exists (select 1 from kernel_file where id = file_id)", ct, ("@before", rows.Key(Guid.CreateVersion7(before))));
    }
}

/// <summary>Writes pieces, some in one transaction: few fsyncs, and the writer's turn is never held while a slow sender is waited for.</summary>
internal sealed class ChunkWriter(Database database, FileRows rows, Guid id) : IByteWriter
{
    private const int ChunksATurn = 8;

    private readonly List<byte[]> waiting = new(ChunksATurn);
    private int written;

    public async Task Write(byte[] piece, CancellationToken ct)
    {
        waiting.Add(piece);
        if (waiting.Count == ChunksATurn) await Flush(ct);
    }

    public Task Complete(CancellationToken ct) => Flush(ct);

    public Task Abandon(CancellationToken ct) => rows.Changed("delete from kernel_file_chunk where file_id = @id", ct, ("@id", rows.Key(id)));

    public void Dispose()
    {
    }

    private async Task Flush(CancellationToken ct)
    {
        if (waiting.Count == 0) return;
        using var turn = await rows.Turn(ct);
        await using var connection = await database.OpenAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using var command = FileRows.Command(connection, transaction, "insert into kernel_file_chunk (file_id, n, data) values (@file, @n, @data)", ("@file", rows.Key(id)), ("@n", 0), ("@data", waiting[0]));
        foreach (var piece in waiting)
        {
            (command.Parameters[1].Value, command.Parameters[2].Value) = (written++, piece);
            await command.ExecuteNonQueryAsync(ct);
        }
        await transaction.CommitAsync(ct);
        waiting.Clear();
    }
}
