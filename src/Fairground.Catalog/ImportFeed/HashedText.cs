using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Fairground.Catalog.ImportFeed;

/// <summary>Text that only its hash is wanted of. The bytes are written straight into a borrowed buffer: there are a million of them in an import.</summary>
internal sealed class HashedText : IDisposable
{
    private byte[] buffer = ArrayPool<byte>.Shared.Rent(1024);
    private int length;

    /// <summary>A text, its length before it, so that no two lists of texts are one.</summary>
    public void Add(string part)
    {
        Number(part.Length, ':');
        Room(Encoding.UTF8.GetMaxByteCount(part.Length));
        length += Encoding.UTF8.GetBytes(part, buffer.AsSpan(length));
    }

    /// <summary>A number, or nothing, and its end.</summary>
    public void Number(long? number) => Number(number, ';');

    /// <summary>An id, or nothing, and its end.</summary>
    public void Id(Guid? id)
    {
        Room(37);
        if (id is { } known && known.TryFormat(buffer.AsSpan(length), out var written)) length += written;
        buffer[length++] = (byte)';';
    }

    /// <summary>SHA-256 of all, in lower-case hexadecimal digits.</summary>
    public string Hash()
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(buffer.AsSpan(0, length), hash);
        return Convert.ToHexStringLower(hash);
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(buffer);

    private void Number(long? number, char end)
    {
        Room(21);
        if (number is { } known && known.TryFormat(buffer.AsSpan(length), out var written, provider: CultureInfo.InvariantCulture)) length += written;
        buffer[length++] = (byte)end;
    }

    private void Room(int more)
    {
        if (buffer.Length - length >= more) return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(buffer.Length * 2, length + more));
        buffer.AsSpan(0, length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
    }
}
