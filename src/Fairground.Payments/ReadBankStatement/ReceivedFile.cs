using System.Security.Cryptography;
using Fairground.Kernel;

namespace Fairground.Payments.ReadBankStatement;

/// <summary>A file that somebody sent, on the disk while it is read and gone with it: only a few lines of it are in memory at a time.</summary>
internal sealed class ReceivedFile : IAsyncDisposable
{
    public const int LargestBytes = 32 * 1024 * 1024;

    private ReceivedFile(FileStream content) => Content = content;

    public FileStream Content { get; }

    /// <summary>Of all its bytes, hex.</summary>
    public string Sha256 { get; private set; } = "";

    /// <summary>Null where it is larger than <see cref="LargestBytes"/>.</summary>
    public static async Task<ReceivedFile?> From(Stream file, CancellationToken ct)
    {
        var received = new ReceivedFile(new FileStream(Path.Combine(Path.GetTempPath(), $"fairground-received-{Ids.New():N}"), new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous }));
        try
        {
            if (!await received.Fill(file, ct)) return null;
            (var whole, received) = (received, null);
            return whole;
        }
        finally
        {
            if (received is not null) await received.DisposeAsync();
        }
    }

    public ValueTask DisposeAsync() => Content.DisposeAsync();

    private async Task<bool> Fill(Stream file, CancellationToken ct)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[81_920];
        for (int read; (read = await file.ReadAsync(buffer, ct)) > 0;)
        {
            if (Content.Length + read > LargestBytes) return false;
            hash.AppendData(buffer.AsSpan(0, read));
            await Content.WriteAsync(buffer.AsMemory(0, read), ct);
        }
        Sha256 = Convert.ToHexStringLower(hash.GetHashAndReset());
        return true;
    }
}
