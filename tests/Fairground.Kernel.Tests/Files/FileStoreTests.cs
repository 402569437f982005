using System.Security.Cryptography;
using Fairground.Kernel.Files;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Fairground.Testing.S3;
using Xunit;

namespace Fairground.Kernel.Tests.Files;

[Requirement("C-36")]
public sealed class FileStoreTests
{
    private static readonly FileRules Anything = new(200L * 1024 * 1024, PicturesOnly: false, IsPublic: true);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<DatabaseKind, bool> Stores => new() { { DatabaseKind.Sqlite, false }, { DatabaseKind.Postgres, false }, { DatabaseKind.Sqlite, true }, { DatabaseKind.Postgres, true } };

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task A_file_of_40_MB_is_kept_in_pieces_and_read_back_from_any_place(DatabaseKind kind)
    {
        await using var room = await FileRoom.Open(kind);
        const int Length = (40 * 1024 * 1024) + 17;
        var saved = (await room.Files.Save(new EndlessBytes(Length), Anything, Stop)).Value;
        Assert.Equal(Length, saved.Length);
        Assert.Equal(await Sum(new EndlessBytes(Length)), saved.Sha256);
        await using var stream = room.Files.OpenRead(saved);
        Assert.Equal(saved.Sha256, await Sum(stream));
        foreach (var at in new[] { 0, 261_119, 261_120, 12_345_678, Length - 10 }) await HasBytes(stream, at);
        Assert.Equal((Length + 261_119) / 261_120, await room.Count("kernel_file_chunk"));
        Assert.Equal(0, await room.Count("kernel_file_chunk where length(data) > 261120"));
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task The_same_content_is_one_file(DatabaseKind kind, bool remote)
    {
        await using var s3 = remote ? await S3StandIn.Start() : null;
        await using var room = await FileRoom.Open(kind, s3, remote ? "s3" : "database");
        var first = (await room.Files.Save(new EndlessBytes(600_000), Anything with { IsPublic = false }, Stop)).Value;
        var second = (await room.Files.Save(new EndlessBytes(600_000), Anything, Stop)).Value;
        Assert.Equal(first.Id, second.Id);
        Assert.False(first.IsPublic);
        Assert.True(second.IsPublic);
        Assert.Equal(remote ? 0 : 3, await room.Count("kernel_file_chunk"));
        if (s3 is not null) Assert.Equal([$"{S3StandIn.Bucket}/fair/{first.Id}"[(S3StandIn.Bucket.Length + 1)..]], s3.Objects);
        Assert.Equal(0, await room.Count("kernel_file_upload"));
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task Too_large_empty_and_of_another_kind_are_refused_and_leave_nothing(DatabaseKind kind, bool remote)
    {
        await using var s3 = remote ? await S3StandIn.Start() : null;
        await using var room = await FileRoom.Open(kind, s3, remote ? "s3" : "database");
        async Task Refuses(string code, Stream content, FileRules rules) => Assert.Equal(code, (await room.Files.Save(content, rules, Stop)).Refusal!.Code);
        await Refuses("file.too_large", new EndlessBytes(3_000_001), Anything with { LongestBytes = 3_000_000 });
        await Refuses("file.too_large", new EndlessBytes(30_000_000), Anything with { LongestBytes = 20_000_000 });
        Assert.Equal(0, s3?.OpenUploads ?? 0);
        await Refuses("file.too_large", new MemoryStream([.. TestPictures.Png(20, 20), .. new byte[12 * 1024 * 1024]]), FileRules.Picture);
        await Refuses("file.empty", new MemoryStream(), Anything);
        await Refuses("file.type_refused", new MemoryStream("<svg xmlns='http://www.w3.org/2000/svg'/>"u8.ToArray()), FileRules.Picture);
        await Refuses("file.type_refused", new MemoryStream("%PDF-1.7"u8.ToArray()), FileRules.Picture);
        await Refuses("file.type_refused", new MemoryStream("<html></html>"u8.ToArray()), FileRules.Document);
        await Refuses("file.type_refused", new MemoryStream("MZ"u8.ToArray()), FileRules.Document);
        Assert.False((await room.Files.Save(new MemoryStream("%PDF-1.7"u8.ToArray()), FileRules.Document, Stop)).Refused);
        Assert.Equal(remote ? 0 : 1, await room.Count("kernel_file_chunk"));
        Assert.Equal(0, await room.Count("kernel_file_upload"));
        if (s3 is not null) Assert.Single(s3.Objects);
    }

    internal static async Task HasBytes(Stream stream, long at)
    {
        stream.Position = at;
        var some = new byte[10];
        await stream.ReadExactlyAsync(some, Stop);
        Assert.Equal(Enumerable.Range(0, 10).Select(i => EndlessBytes.At(at + i)), some);
    }

    internal static async Task<string> Sum(Stream stream) => Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, Stop));
}
