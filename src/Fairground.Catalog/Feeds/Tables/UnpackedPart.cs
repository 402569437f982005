namespace Fairground.Catalog.Feeds.Tables;

/// <summary>What is packed as it unpacks, up to a size and a ratio that nothing honest reaches.</summary>
/// <param name="packed">Bytes that it is packed into.</param>
internal sealed class UnpackedPart(Func<Stream> open, long packed) : Stream
{
    private const long Most = 2L * 1024 * 1024 * 1024;

    // Below this the ratio says nothing: small parts of like cells pack very well.
    private const long Unsuspicious = 32 * 1024 * 1024;

    private const long MostRatio = 200;

    // Opened at the first reading: a damaged part is then a fault of reading, like any other.
    private readonly Lazy<Stream> inner = new(open);
    private long total;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => total;
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Count(inner.Value.Read(buffer, offset, count));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => Count(await inner.Value.ReadAsync(buffer, cancellationToken));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && inner.IsValueCreated) inner.Value.Dispose();
        base.Dispose(disposing);
    }

    private int Count(int read)
    {
        total += read;
        if (total > Most || (total > Unsuspicious && total / MostRatio > packed)) throw new InvalidDataException(Key("The file unpacks to far more than it is packed; it is not read on."));
        return read;
    }
}
