using System.Security.Cryptography;
using Fairground.Kernel.Files;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Fairground.Testing.S3;
using Xunit;

namespace Fairground.Kernel.Tests.Files;

/// <summary>What is alive is counted for the whole process: nothing else may run beside it.</summary>
[CollectionDefinition(nameof(FileMemoryTests), DisableParallelization = true)]
[Collection(nameof(FileMemoryTests))]
[Requirement("C-36")]
public sealed class FileMemoryTests
{
    private static readonly FileRules Anything = new(200L * 1024 * 1024, PicturesOnly: false, IsPublic: true);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, InlineData(DatabaseKind.Sqlite, false), InlineData(DatabaseKind.Postgres, false), InlineData(DatabaseKind.Sqlite, true)]
    public async Task A_file_of_120_MB_goes_in_and_comes_out_in_constant_memory(DatabaseKind kind, bool remote)
    {
        await using var s3 = remote ? await S3StandIn.Start() : null;
        await using var room = await FileRoom.Open(kind, s3, remote ? "s3" : "database");
        const long Length = (120L * 1024 * 1024) + 5;
        // One round before, so that pools and caches are filled.
        await room.Files.Save(new EndlessBytes(20_000_000, seed: 2), Anything, Stop);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var (most, looked) = (0L, 0L);
        void Look(long at)
        {
            if (at < looked) return;
            looked = at + (16 * 1024 * 1024);
            most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true) - before);
        }
        var saved = (await room.Files.Save(new EndlessBytes(Length) { OnRead = Look }, Anything, Stop)).Value;
        Assert.Equal(Length, saved.Length);
        looked = 0;
        await using var stream = room.Files.OpenRead(saved);
        var (buffer, place) = (new byte[81_920], 0L);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var read = await stream.ReadAsync(buffer, Stop); read > 0; read = await stream.ReadAsync(buffer, Stop))
        {
            hash.AppendData(buffer, 0, read);
            Look(place += read);
        }
        Assert.Equal(saved.Sha256, Convert.ToHexStringLower(hash.GetHashAndReset()));
        Assert.Equal(await FileStoreTests.Sum(new EndlessBytes(Length)), saved.Sha256);
        await FileStoreTests.HasBytes(stream, 100_000_000);
        Assert.True(most < 30L * 1024 * 1024, $"{most / 1024 / 1024} MiB more were alive.");
    }
}
