namespace Fairground.Identity.ExportData;

/// <summary>
/// Lets a ZIP be written to a response: the library writes the end of each entry synchronously, which a server that serves many does not allow. Those few bytes wait here
/// for the next asynchronous write.
/// </summary>
internal sealed class LateStream(Stream inner) : Stream
{
    private readonly MemoryStream late = new();

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Writes what waits.</summary>
    public async Task Drain(CancellationToken ct)
    {
        if (late.Length == 0) return;
        await inner.WriteAsync(late.GetBuffer().AsMemory(0, (int)late.Length), ct);
        late.SetLength(0);
    }

    public override void Write(byte[] buffer, int offset, int count) => late.Write(buffer, offset, count);

    public override void Write(ReadOnlySpan<byte> buffer) => late.Write(buffer);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await Drain(cancellationToken);
        await inner.WriteAsync(buffer, cancellationToken);
    }

    public override void Flush()
    {
        // Whatever is flushed synchronously waits as well.
    }

    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        await Drain(cancellationToken);
        await inner.FlushAsync(cancellationToken);
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) late.Dispose();
        base.Dispose(disposing);
    }
}
