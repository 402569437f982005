using System.IO.Pipelines;
using System.Text;
using Fairground.Kernel;
using Fairground.Kernel.Files;

namespace Fairground.Catalog.SyncFeeds;

/// <summary>Keeps a file while it is being written, in constant memory.</summary>
internal static class WrittenFile
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>The file, or null where nothing was written; refuses as <paramref name="write"/> and the store do.</summary>
    public static async Task<Result<StoredFile?>> Save(IFileStore files, long longest, Func<TextWriter, CancellationToken, Task<Refusal?>> write, CancellationToken ct)
    {
        var pipe = new Pipe();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var writing = Task.Run(() => Write(pipe.Writer, write, over.Token), CancellationToken.None);
        Result<StoredFile> saved = default;
        try
        {
            await using var content = pipe.Reader.AsStream();
            saved = await files.Save(content, new FileRules(longest, PicturesOnly: false, IsPublic: false), ct);
        }
        catch (GivenUpException)
        {
            // The writer says below why.
        }
        finally
        {
            // Where the store refused, nobody reads what is still to come.
            await over.CancelAsync();
            await ((Task)writing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        if (saved is { Refused: true, Refusal: { } refused } && refused.Kind != FileRefusals.Empty) return refused;
        var (refusal, written) = await writing;
        if (refusal is not null) return refusal;
        return written ? Result<StoredFile?>.Accepted(saved.Value) : Result<StoredFile?>.Accepted(null);
    }

    private static async Task<(Refusal? Refusal, bool Written)> Write(PipeWriter pipe, Func<TextWriter, CancellationToken, Task<Refusal?>> write, CancellationToken ct)
    {
        Exception? failure = new GivenUpException();
        try
        {
            var counted = new CountingWriter(pipe.AsStream(leaveOpen: true));
            await using var text = new StreamWriter(counted, Utf8, 32 * 1024);
            var refusal = await write(text, ct);
            await text.FlushAsync(ct);
            if (refusal is null) failure = null;
            return (refusal, counted.Any);
        }
        finally
        {
            await pipe.CompleteAsync(failure);
        }
    }

#pragma warning disable CA1032, CA1064 // Never leaves this class.
    private sealed class GivenUpException : Exception;
#pragma warning restore CA1032, CA1064

    private sealed class CountingWriter(Stream inner) : Stream
    {
        public bool Any { get; private set; }

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush() => inner.Flush();

        public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Any |= buffer.Length > 0;
            return inner.WriteAsync(buffer, cancellationToken);
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override void Write(byte[] buffer, int offset, int count)
        {
            Any |= count > 0;
            inner.Write(buffer, offset, count);
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
