using System.Security.Cryptography;
using Fairground.Kernel.Files;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Fairground.Catalog.Tests;

[Requirement("C-36")]
public sealed class FileStoreTests
{
    private static readonly FileRules Anything = new(100L * 1024 * 1024, PicturesOnly: false, IsPublic: true);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task A_file_of_40_MB_is_kept_in_pieces_and_read_back_from_any_place(DatabaseKind kind)
    {
        await using var market = await Market.Open(kind);
        var files = market.Services.GetRequiredService<IFileStore>();
        var bytes = new byte[40 * 1024 * 1024 + 17];
        Fill(bytes);
        var saved = (await files.Save(new MemoryStream(bytes), Anything, Stop)).Value;
        Assert.Equal(bytes.Length, saved.Length);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), saved.Sha256);
        await using var stream = files.OpenRead(saved);
        Assert.Equal(saved.Sha256, Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, Stop)));
        foreach (var at in new[] { 0, 261_119, 261_120, 12_345_678, bytes.Length - 10 })
        {
            stream.Position = at;
            var some = new byte[10];
            await stream.ReadExactlyAsync(some, Stop);
            Assert.Equal(bytes[at..(at + 10)], some);
        }
        Assert.Equal((bytes.Length + 261_119) / 261_120, await Chunks(market));
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task The_same_content_is_one_file(DatabaseKind kind)
    {
        await using var market = await Market.Open(kind);
        var files = market.Services.GetRequiredService<IFileStore>();
        var bytes = new byte[600_000];
        Fill(bytes);
        var first = (await files.Save(new MemoryStream(bytes), Anything with { IsPublic = false }, Stop)).Value;
        var second = (await files.Save(new MemoryStream(bytes), Anything, Stop)).Value;
        Assert.Equal(first.Id, second.Id);
        Assert.False(first.IsPublic);
        Assert.True(second.IsPublic);
        Assert.Equal(3, await Chunks(market));
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task Too_large_empty_and_no_picture_are_refused_and_leave_nothing(DatabaseKind kind)
    {
        await using var market = await Market.Open(kind);
        var files = market.Services.GetRequiredService<IFileStore>();
        var large = new byte[12 * 1024 * 1024];
        Pictures.Png.CopyTo(large, 0);
        Assert.Equal("file.too_large", (await files.Save(new MemoryStream(large), FileRules.Picture, Stop)).Refusal!.Code);
        Assert.Equal("file.empty", (await files.Save(new MemoryStream(), Anything, Stop)).Refusal!.Code);
        Assert.Equal("file.type_refused", (await files.Save(new MemoryStream("<svg xmlns='http://www.w3.org/2000/svg'/>"u8.ToArray()), FileRules.Picture, Stop)).Refusal!.Code);
        Assert.Equal(0, await Chunks(market));
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task Pieces_that_never_became_a_file_are_swept_and_whole_files_stay(DatabaseKind kind)
    {
        await using var market = await Market.Open(kind);
        var store = market.Services.GetRequiredService<ChunkStore>();
        var kept = (await store.Save(new MemoryStream([1, 2, 3]), Anything, Stop)).Value;
        await Assert.ThrowsAsync<IOException>(() => store.Save(new BreakingStream(5_000_000), Anything, Stop));
        Assert.True(await Chunks(market) > 1);
        Assert.Equal(0, await store.Sweep(DateTimeOffset.UtcNow.AddDays(-1), Stop));
        Assert.True(await store.Sweep(DateTimeOffset.UtcNow.AddDays(1), Stop) > 1);
        Assert.Equal(1, await Chunks(market));
        Assert.NotNull(await store.Find(kept.Id, Stop));
    }

    private static async Task<long> Chunks(Market market)
    {
        await using var connection = await market.Database.OpenAsync(Stop);
        await using var command = connection.CreateCommand();
        command.CommandText = "select count(*) from kernel_file_chunk";
        return Convert.ToInt64(await command.ExecuteScalarAsync(Stop), System.Globalization.CultureInfo.InvariantCulture);
    }

    // Bytes that differ from piece to piece and are the same at every run.
    private static void Fill(byte[] bytes)
    {
        uint state = 12345;
        unchecked
        {
            for (var i = 0; i < bytes.Length; i++) bytes[i] = (byte)((state = (state * 1664525) + 1013904223) >> 24);
        }
    }

    private sealed class BreakingStream(int after) : MemoryStream(new byte[after])
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            await base.ReadAsync(buffer, cancellationToken) is > 0 and var read ? read : throw new IOException("The sender is gone.");
    }
}

/// <summary>The smallest heads that are pictures.</summary>
internal static class Pictures
{
    public static byte[] Png { get; } = Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==");

    public static byte[] Gif { get; } = Convert.FromBase64String("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7");
}
