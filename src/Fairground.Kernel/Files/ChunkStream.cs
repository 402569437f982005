using Fairground.Kernel.Storage;

namespace Fairground.Kernel.Files;

/// <summary>Reads a stored file piece by piece; any position can be sought, so that ranges cost only their own pieces.</summary>
internal sealed class ChunkStream(Database database, StoredFile file) : Stream
{
    private byte[]? chunk;
    private long chunkNumber = -1;
    private long position;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => file.Length;

    public override long Position
    {
        get => position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            position = value;
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (position >= file.Length || buffer.Length == 0) return 0;
        var (number, within) = Math.DivRem(position, ChunkStore.ChunkBytes);
        if (number != chunkNumber) (chunk, chunkNumber) = (await Load(number, cancellationToken), number);
        var count = (int)Math.Min(buffer.Length, chunk!.Length - within);
        chunk.AsMemory((int)within, count).CopyTo(buffer);
        position += count;
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read asynchronously.");

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => position + offset,
        _ => file.Length + offset,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

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
