using Fairground.Kernel.Storage;

namespace Fairground.Kernel.Files;

/// <summary>Reads a stored file piece by piece; any position can be sought, so that ranges cost only their own pieces.</summary>
internal sealed class ChunkStream(Database database, StoredFile file) : StoredStream(file.Length)
{
    private byte[]? chunk;
    private long chunkNumber = -1;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (Position >= Length || buffer.Length == 0) return 0;
        var (number, within) = Math.DivRem(Position, ChunkStore.ChunkBytes);
        if (number != chunkNumber) (chunk, chunkNumber) = (await Load(number, cancellationToken), number);
        var count = (int)Math.Min(buffer.Length, chunk!.Length - within);
        chunk.AsMemory((int)within, count).CopyTo(buffer);
        Position += count;
        return count;
    }

    private async Task<byte[]> Load(long number, CancellationToken ct)
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
        return await command.ExecuteScalarAsync(ct) as byte[] ?? throw new FileGoneException($"Piece {number} of file {file.Id} is missing.");
    }
}
