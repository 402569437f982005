namespace Fairground.Kernel.Files;

/// <summary>Reads a file from the store that has it; where the file is moved meanwhile, reads on at the same place in the store that it went to.</summary>
internal sealed class FollowingStream(FileStores stores, FileRows rows, StoredFile file) : Stream
{
    private StoredFile file = file;
    private Stream? inner;
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
        int read;
        try
        {
            read = await ReadHere(buffer, cancellationToken);
        }
        catch (FileGoneException)
        {
            if (await rows.Find(file.Id, cancellationToken) is not { } now || now.Store == file.Store) throw;
            if (inner is not null) await inner.DisposeAsync();
            (file, inner) = (now, null);
            read = await ReadHere(buffer, cancellationToken);
        }
        position += read;
        return read;
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

    public override async ValueTask DisposeAsync()
    {
        if (inner is not null) await inner.DisposeAsync();
        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner?.Dispose();
        base.Dispose(disposing);
    }

    private ValueTask<int> ReadHere(Memory<byte> buffer, CancellationToken ct)
    {
        inner ??= stores.Of(file).OpenRead(file);
        if (inner.Position != position) inner.Position = position;
        return inner.ReadAsync(buffer, ct);
    }
}
