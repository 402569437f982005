namespace Fairground.Kernel.Files;

/// <summary>Where the bytes of files lie. What is known of a file stands in <c>kernel_file</c> and is no business of a byte store.</summary>
internal interface IByteStore
{
    /// <summary><c>database</c> or <c>s3</c>, as <c>kernel_file.store</c> says it.</summary>
    string Name { get; }

    /// <summary>Begins to write the bytes of a file. With <paramref name="replaces"/> something may lie under the id already, and goes.</summary>
    Task<IByteWriter> Write(Guid id, bool replaces, CancellationToken ct);

    /// <summary>A seekable stream; reading throws <see cref="FileGoneException"/> where the bytes are not here.</summary>
    Stream OpenRead(StoredFile file);

    /// <summary>The bytes that lie here under the id; null where there are none.</summary>
    Task<long?> Length(Guid id, CancellationToken ct);

    /// <summary>Removes the bytes, also half-written ones. Nothing happens where there are none.</summary>
    Task Remove(Guid id, CancellationToken ct);

    /// <summary>Removes what uploads that began before <paramref name="before"/> left behind without ever becoming a file; returns how many pieces or objects.</summary>
    Task<int> Sweep(DateTimeOffset before, CancellationToken ct);
}

/// <summary>Takes the bytes of one file in order.</summary>
internal interface IByteWriter : IDisposable
{
    /// <summary>Takes the next piece: <see cref="ChunkStore.ChunkBytes"/> long, the last one shorter.</summary>
    Task Write(byte[] piece, CancellationToken ct);

    /// <summary>Everything was given; afterwards the bytes can be read.</summary>
    Task Complete(CancellationToken ct);

    /// <summary>Nothing more comes, and what came is of no use.</summary>
    Task Abandon(CancellationToken ct);
}

/// <summary>The bytes of a file are not where they should be.</summary>
internal sealed class FileGoneException(string message) : IOException(message);
