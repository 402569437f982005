using Fairground.Kernel.Storage;

namespace Fairground.Kernel.Files;

/// <summary>Reads a stored file piece by piece; any position can be sought, so that ranges cost only their own pieces.</summary>
internal sealed class ChunkStream(Database database, StoredFile file) : StoredStream(file.Length)
{
    // One piece after the other lies in it: each in memory of its own would be given back too late.
    private byte[] chunk = [];
    private int chunkLength;
    private long chunkNumber = -1;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (Position >= Length || buffer.Length == 0) return 0;
        var (number, within) = Math.DivRem(Position, ChunkStore.ChunkBytes);
        if (number != chunkNumber) await Load(number, cancellationToken);
        var count = (int)Math.Min(buffer.Length, chunkLength - within);
        chunk.AsMemory((int)within, count).CopyTo(buffer);
        Position += count;
        return count;
    }

    private async Task Load(long number, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        await using var command = connection.CreateCommand();
        command.CommandText = "select data from kernel_file_chunk where file_id = @file and n = @n";
        foreach (var (name, value) in new (string, object)[] { ("@file", database.Kind == DatabaseKind.Sqlite ? file.Id.ToByteArray(true) : file.Id), ("@n", (int)number) })
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value);
            command.Parameters.Add(parameter);
        }
        // Until it is there the buffer is no piece.
        chunkNumber = -1;
        await using var reader = await command.ExecuteReaderAsync(ct);
        if (!await reader.ReadAsync(ct)) throw new FileGoneException($"Piece {number} of file {file.Id} is missing.");
        if (chunk.Length == 0) chunk = new byte[Math.Min(ChunkStore.ChunkBytes, Length)];
        (chunkLength, chunkNumber) = ((int)reader.GetBytes(0, 0, chunk, 0, chunk.Length), number);
    }
}
