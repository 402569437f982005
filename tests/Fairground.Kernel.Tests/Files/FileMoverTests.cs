using Fairground.Kernel.Files;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Fairground.Testing.S3;
using Xunit;

namespace Fairground.Kernel.Tests.Files;

[Requirement("C-36")]
public sealed class FileMoverTests
{
    private static readonly FileRules Anything = new(100L * 1024 * 1024, PicturesOnly: false, IsPublic: true);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task Files_go_to_the_bucket_and_back_and_are_the_same(DatabaseKind kind)
    {
        await using var s3 = await S3StandIn.Start();
        await using var room = await FileRoom.Open(kind, s3);
        var (small, large) = (await Save(room, 5, 1), await Save(room, 21_000_000, 2));
        var mover = room.Get<FileMover>();
        var seen = new List<FileProgress>();
        var moved = (await mover.Move("s3", new Watch(seen), Stop)).Value;
        Assert.Equal((2, small.Length + large.Length, 0), (moved.Moved, moved.Bytes, moved.Faults.Count));
        Assert.Equal(new FileProgress(2, 2, moved.Bytes, moved.Bytes), seen[^1]);
        Assert.Equal(new[] { $"fair/{small.Id}", $"fair/{large.Id}" }.Order(StringComparer.Ordinal), s3.Objects);
        Assert.Equal(0, await room.Count("kernel_file_chunk"));
        Assert.Equal([new StoreTotal("s3", 2, moved.Bytes)], await mover.Totals(Stop));
        Assert.Empty((await mover.Check(null, Stop)).Faults);
        Assert.All(await room.Get<FileAudit>().Run(Stop), f => Assert.True(f.Holds, f.Text));
        // New files still go to the database: the setting says so, the move does not.
        Assert.Equal("database", (await Save(room, 7, 3)).Store);
        Assert.Equal(2, (await mover.Move("database", null, Stop)).Value.Moved);
        Assert.Empty(s3.Objects);
        Assert.Empty((await mover.Check(null, Stop)).Faults);
        Assert.Equal(0, await room.Count("kernel_file where leftover is not null or store <> 'database'"));
        Assert.Equal("file.store_unknown", (await mover.Move("tape", null, Stop)).Refusal!.Code);
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task A_reader_reads_on_where_the_file_went(DatabaseKind kind)
    {
        await using var s3 = await S3StandIn.Start();
        await using var room = await FileRoom.Open(kind, s3);
        var file = await Save(room, 3_000_000, 4);
        await using var reader = room.Files.OpenRead(file);
        var start = new byte[100_000];
        await reader.ReadExactlyAsync(start, Stop);
        await room.Get<FileMover>().Move("s3", null, Stop);
        var rest = new byte[2_900_000];
        await reader.ReadExactlyAsync(rest, Stop);
        await room.Get<FileMover>().Move("database", null, Stop);
        Assert.True(EndlessBytes.All(3_000_000, 4).AsSpan().SequenceEqual([.. start, .. rest]));
        reader.Position = 17;
        Assert.Equal(EndlessBytes.At(17, 4), reader.ReadByteAsync());
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task What_is_not_the_same_at_the_other_place_stays_where_it_was(DatabaseKind kind)
    {
        await using var s3 = await S3StandIn.Start();
        await using var room = await FileRoom.Open(kind, s3);
        var file = await Save(room, 300_000, 5);
        s3.Spoils = true;
        var report = (await room.Get<FileMover>().Move("s3", null, Stop)).Value;
        Assert.Equal((0, file.Id), (report.Moved, Assert.Single(report.Faults).FileId));
        Assert.Contains("content was another one", report.Faults[0].Text, StringComparison.Ordinal);
        Assert.Empty(s3.Objects);
        Assert.Equal("database", (await room.Files.Find(file.Id, Stop))!.Store);
        Assert.Empty((await room.Get<FileMover>().Check(null, Stop)).Faults);
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task A_move_that_was_ended_anywhere_goes_on_when_called_again(DatabaseKind kind)
    {
        await using var s3 = await S3StandIn.Start();
        await using var room = await FileRoom.Open(kind, s3);
        var files = new[] { await Save(room, 1000, 1), await Save(room, 9_000_000, 2), await Save(room, 2000, 3) };
        var mover = room.Get<FileMover>();
        // Ended while the second was being written: an upload is open there, and nothing of it counts.
        using (var ended = new CancellationTokenSource())
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => mover.Move("s3", new Watch([], _ => ended.Cancel()), ended.Token));
        }
        Assert.Equal(1, await room.Count("kernel_file where store = 's3'"));
        // Ended right after the row was changed: the old copy is still there.
        await room.Get<ChunkStore>().Length(files[0].Id, Stop);
        await room.Get<FileRows>().Changed("update kernel_file set leftover = 'database' where id = @id", Stop, ("@id", room.Get<FileRows>().Key(files[0].Id)));
        using (var writer = await room.Get<ChunkStore>().Write(files[0].Id, replaces: true, Stop))
        {
            await writer.Write([1, 2, 3], Stop);
            await writer.Complete(Stop);
        }
        Assert.Contains(await room.Get<FileAudit>().Run(Stop), f => f.Text.Contains("1 moved files have an old copy left", StringComparison.Ordinal));
        Assert.Equal(2, (await mover.Move("s3", null, Stop)).Value.Moved);
        Assert.Equal((3, 0), (s3.Objects.Count(), s3.OpenUploads));
        Assert.Equal(0, await room.Count("kernel_file_chunk"));
        Assert.Equal(0, await room.Count("kernel_file where leftover is not null"));
        Assert.Empty((await mover.Check(null, Stop)).Faults);
    }

    [Fact]
    public async Task A_store_that_fails_costs_only_time_or_is_reported_and_nothing_is_lost()
    {
        await using var s3 = await S3StandIn.Start();
        await using var room = await FileRoom.Open(DatabaseKind.Sqlite, s3);
        var (first, second) = (await Save(room, 1000, 1), await Save(room, 12_000_000, 2));
        // A few failures are overcome by trying again.
        s3.FailNext = 2;
        s3.FailOn = "partNumber=2";
        var report = (await room.Get<FileMover>().Move("s3", null, Stop)).Value;
        Assert.Equal((1, second.Id), (report.Moved, Assert.Single(report.Faults).FileId));
        Assert.Equal(0, s3.OpenUploads);
        s3.FailOn = null;
        Assert.Equal(1, (await room.Get<FileMover>().Move("s3", null, Stop)).Value.Moved);
        // A line that breaks in the middle of an answer is taken up again where it broke.
        s3.BreakAfter = 70_000;
        await using (var reader = room.Files.OpenRead((await room.Files.Find(second.Id, Stop))!))
        {
            var all = new MemoryStream();
            await reader.CopyToAsync(all, Stop);
            Assert.True(EndlessBytes.All(12_000_000, 2).AsSpan().SequenceEqual(all.ToArray()));
        }
        // A bit that rots is found, and an object that is gone.
        File.WriteAllBytes(s3.PathOf($"fair/{first.Id}"), new byte[1000]);
        File.Delete(s3.PathOf($"fair/{second.Id}"));
        Assert.Equal(
            new[] { $"{first.Id} the content is another one than was kept", $"{second.Id} The object fair/{second.Id} is not in the bucket." },
            (await room.Get<FileMover>().Check(null, Stop)).Faults.Select(f => $"{f.FileId} {f.Text}"));
        Assert.Contains(await room.Get<FileAudit>().Run(Stop), f => !f.Holds && f.Text.StartsWith("1 of 2 are not", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Requests_are_signed_as_AWS_says_and_a_wrong_key_opens_nothing()
    {
        // The example that AWS publishes: https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
        const string Empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        Assert.Equal("f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41", SigV4.Sign("GET", "/test.txt",
            [("host", "examplebucket.s3.amazonaws.com"), ("range", "bytes=0-9"), ("x-amz-content-sha256", Empty), ("x-amz-date", "20130524T000000Z")], Empty, "20130524T000000Z", "us-east-1", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"));
        await using var s3 = await S3StandIn.Start();
        await using (var right = await FileRoom.Open(DatabaseKind.Sqlite, s3, "s3"))
        {
            await Save(right, 1000, 1);
            Assert.Equal(0, s3.Refused);
        }
        await using var wrong = await FileRoom.Open(DatabaseKind.Sqlite, s3, "s3", secret: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEZ");
        await Assert.ThrowsAsync<Amazon.S3.AmazonS3Exception>(() => Save(wrong, 1000, 2));
        Assert.Equal(1, s3.Refused);
        Assert.Single(s3.Objects);
    }

    [Fact]
    public async Task A_setting_that_cannot_be_is_said_and_a_bucket_that_is_no_longer_set_is_missed()
    {
        Assert.Contains("names no bucket", (await Assert.ThrowsAsync<SettingException>(async () => await (await FileRoom.Open(DatabaseKind.Sqlite, files: "s3")).Files.Find(Guid.Empty, Stop))).Message, StringComparison.Ordinal);
        Assert.Contains("must be 'database' or 's3'", (await Assert.ThrowsAsync<SettingException>(async () => await (await FileRoom.Open(DatabaseKind.Sqlite, files: "tape")).Files.Find(Guid.Empty, Stop))).Message, StringComparison.Ordinal);
        await using var room = await FileRoom.Open(DatabaseKind.Sqlite);
        var file = await Save(room, 10, 1);
        await room.Get<FileRows>().Changed("update kernel_file set store = 's3' where id = @id", Stop, ("@id", room.Get<FileRows>().Key(file.Id)));
        Assert.Contains(await room.Get<FileAudit>().Run(Stop), f => !f.Holds && f.Text == "1 files lie in an S3 store, and no FAIRGROUND_S3_BUCKET is set");
        await using var stream = room.Files.OpenRead((await room.Files.Find(file.Id, Stop))!);
        await Assert.ThrowsAsync<FileGoneException>(async () => await stream.ReadExactlyAsync(new byte[1], Stop));
    }

    private static async Task<StoredFile> Save(FileRoom room, int length, int seed) => (await room.Files.Save(new EndlessBytes(length, seed), Anything, Stop)).Value;

    private sealed class Watch(List<FileProgress> seen, Action<FileProgress>? also = null) : IProgress<FileProgress>
    {
        public void Report(FileProgress value)
        {
            seen.Add(value);
            also?.Invoke(value);
        }
    }
}
