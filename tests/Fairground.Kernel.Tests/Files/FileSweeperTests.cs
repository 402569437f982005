using Fairground.Kernel.Files;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Fairground.Testing.S3;
using Xunit;

namespace Fairground.Kernel.Tests.Files;

public sealed class FileSweeperTests
{
    private static readonly FileRules Anything = new(100L * 1024 * 1024, PicturesOnly: false, IsPublic: true);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(FileStoreTests.Stores), MemberType = typeof(FileStoreTests))]
    public async Task A_file_goes_a_week_after_the_last_reference_and_one_that_is_referred_to_never(DatabaseKind kind, bool remote)
    {
        await using var s3 = remote ? await S3StandIn.Start() : null;
        await using var room = await FileRoom.Open(kind, s3, remote ? "s3" : "database");
        var (wanted, orphan, late) = (await Save(room, 1), await Save(room, 2), await Save(room, 3));
        room.Wanted.UnionWith([wanted.Id, late.Id]);
        var sweeper = room.Get<FileSweeper>();
        Assert.Equal(0, await sweeper.Sweep(Stop));
        room.Time.Advance(TimeSpan.FromDays(6.9));
        Assert.Equal(0, await sweeper.Sweep(Stop));
        room.Wanted.Remove(late.Id);
        room.Time.Advance(TimeSpan.FromDays(0.2));
        Assert.Equal(1, await sweeper.Sweep(Stop));
        Assert.Null(await room.Files.Find(orphan.Id, Stop));
        Assert.Equal([wanted.Id, late.Id], (await room.Files.Existing([wanted.Id, orphan.Id, late.Id], Stop)).Order());
        // The one that lost its reference six days later has its own week.
        room.Time.Advance(TimeSpan.FromDays(6.9));
        Assert.Equal(0, await sweeper.Sweep(Stop));
        room.Time.Advance(TimeSpan.FromDays(0.2));
        Assert.Equal(1, await sweeper.Sweep(Stop));
        room.Time.Advance(TimeSpan.FromDays(400));
        Assert.Equal(0, await sweeper.Sweep(Stop));
        Assert.Equal(0, await room.Count("kernel_file_upload"));
        if (s3 is not null) Assert.Equal($"fair/{wanted.Id}", Assert.Single(s3.Objects));
        else Assert.Equal(1, await room.Count("kernel_file_chunk"));
        await using var still = room.Files.OpenRead(wanted);
        Assert.Equal(EndlessBytes.At(0, 1), still.ReadByteAsync());
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task A_file_that_is_referred_to_again_or_sent_again_stays(DatabaseKind kind)
    {
        await using var room = await FileRoom.Open(kind);
        var (again, sent) = (await Save(room, 1), await Save(room, 2));
        var sweeper = room.Get<FileSweeper>();
        await sweeper.Sweep(Stop);
        Assert.Equal(2, await room.Count("kernel_file where orphan_since is not null"));
        room.Time.Advance(TimeSpan.FromDays(8));
        // Somebody sends the same content now, and will refer to it in a moment; a reference came back to the other.
        Assert.Equal(sent.Id, (await Save(room, 2)).Id);
        room.Wanted.Add(again.Id);
        Assert.Equal(0, await sweeper.Sweep(Stop));
        room.Wanted.Remove(again.Id);
        room.Wanted.Add(sent.Id);
        Assert.Equal(0, await sweeper.Sweep(Stop));
        Assert.Equal(2, await room.Count("kernel_file"));
    }

    [Theory, MemberData(nameof(FileStoreTests.Stores), MemberType = typeof(FileStoreTests))]
    public async Task What_is_being_sent_is_left_alone_and_what_broke_off_goes_after_a_day(DatabaseKind kind, bool remote)
    {
        await using var s3 = remote ? await S3StandIn.Start() : null;
        await using var room = await FileRoom.Open(kind, s3, remote ? "s3" : "database");
        var sweeper = room.Get<FileSweeper>();
        await Assert.ThrowsAsync<IOException>(() => room.Files.Save(new EndlessBytes(30_000_000) { OnRead = at => { if (at > 20_000_000) throw new IOException("The sender is gone."); } }, Anything, Stop));
        Assert.Equal((remote, 1L), (s3?.OpenUploads == 1, remote ? await room.Count("kernel_file_upload") : Math.Sign(await room.Count("kernel_file_chunk"))));
        // A sweep in the middle of an upload, as often as it is read from.
        var saved = (await room.Files.Save(new EndlessBytes(12_000_000, seed: 7) { OnRead = at => { if (at % 5_000_000 < 262_000) sweeper.Sweep(Stop).GetAwaiter().GetResult(); } }, Anything, Stop)).Value;
        room.Wanted.Add(saved.Id);
        Assert.Equal((remote, 1L), (s3?.OpenUploads == 1, remote ? await room.Count("kernel_file_upload") : 1L));
        room.Time.Advance(TimeSpan.FromDays(2));
        await sweeper.Sweep(Stop);
        Assert.Equal(0, s3?.OpenUploads ?? 0);
        Assert.Equal(0, await room.Count("kernel_file_upload"));
        Assert.Equal(remote ? 0 : 46, await room.Count("kernel_file_chunk"));
        Assert.Empty((await room.Get<FileMover>().Check(null, Stop)).Faults);
    }

    [Fact]
    public async Task A_module_s_columns_tell_which_files_are_in_use()
    {
        await using var room = await FileRoom.Open(DatabaseKind.Sqlite);
        var (picture, size, text) = (await Save(room, 1), await Save(room, 2), await Save(room, 3));
        await room.Get<PictureRows>().Made(picture.Id, new PictureFacts(10, 10), [(10, 10, size.Id)], Stop);
        await room.Get<FileRows>().Changed("update kernel_file set media_type = @text where id = @id", Stop, ("@text", $"{{\"fileId\":\"{text.Id}\"}}"), ("@id", room.Get<FileRows>().Key(picture.Id)));
        var module = new ColumnReferences(room.Database, ["kernel_picture_size.made_file_id"], ("kernel_file.media_type", "fileId"));
        Assert.Equal(["kernel_picture_size.made_file_id", "kernel_file.media_type"], module.Columns);
        Assert.Equal(new HashSet<Guid> { size.Id, text.Id }, await module.Used([picture.Id, size.Id, text.Id], Stop));
        Assert.Empty(await module.Broken(Stop));
        await room.Get<FileRows>().Changed("delete from kernel_file where id = @id", Stop, ("@id", room.Get<FileRows>().Key(size.Id)));
        Assert.Equal(1, (await module.Broken(Stop))["kernel_picture_size.made_file_id"]);
    }

    private static async Task<StoredFile> Save(FileRoom room, int seed) => (await room.Files.Save(new EndlessBytes(1000 + seed, seed), Anything, Stop)).Value;
}

internal static class Streams
{
    public static int ReadByteAsync(this Stream stream)
    {
        var one = new byte[1];
        return stream.ReadAsync(one, 0, 1).GetAwaiter().GetResult() == 1 ? one[0] : -1;
    }
}
