namespace Fairground.Catalog.ExchangeWith1C;

/// <summary>Reads one stream after another as if they were one.</summary>
internal sealed class PiecesStream(IReadOnlyList<Func<Stream>> pieces) : ReadingStream
{
    private int next;
    private Stream? current;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            if (current is null)
            {
                if (next == pieces.Count) return 0;
                current = pieces[next++]();
            }
            var count = await current.ReadAsync(buffer, cancellationToken);
            if (count > 0 || buffer.Length == 0) return count;
            await current.DisposeAsync();
            current = null;
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) current?.Dispose();
        base.Dispose(disposing);
    }
}

/// <summary>Stops a stream that gives more than it may.</summary>
internal sealed class CountedStream(Stream inner, long longest) : ReadingStream
{
    private long read;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await inner.ReadAsync(buffer, cancellationToken);
        read += count;
        return read > longest ? throw new InvalidDataException("There is more in it than it says.") : count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }
}
