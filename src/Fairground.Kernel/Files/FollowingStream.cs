namespace Fairground.Kernel.Files;

/// <summary>Reads a file from the store that has it; where the file is moved meanwhile, reads on at the same place in the store that it went to.</summary>
internal sealed class FollowingStream(FileStores stores, FileRows rows, StoredFile file) : StoredStream(file.Length)
{
    private StoredFile file = file;
    private Stream? inner;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (Position >= Length || buffer.Length == 0) return 0;
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
        Position += read;
        return read;
    }

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
        if (inner.Position != Position) inner.Position = Position;
        return inner.ReadAsync(buffer, ct);
    }
}
