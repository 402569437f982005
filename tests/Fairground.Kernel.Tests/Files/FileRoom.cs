using Fairground.Kernel.Files;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Fairground.Testing.S3;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Fairground.Kernel.Tests.Files;

/// <summary>The kernel's files over a fresh database, with an S3 store where a test gives one; nothing runs in the background.</summary>
internal sealed class FileRoom : IAsyncDisposable
{
    private readonly ServiceProvider services;
    private readonly TestDatabase database;

    private FileRoom(ServiceProvider services, TestDatabase database, SettableTime time) => (this.services, this.database, Time) = (services, database, time);

    public SettableTime Time { get; }

    public Database Database => database.Database;

    public IFileStore Files => Get<IFileStore>();

    /// <summary>What a test's module refers to.</summary>
    public HashSet<Guid> Wanted { get; } = [];

    public static async Task<FileRoom> Open(DatabaseKind kind, S3StandIn? s3 = null, string files = "database", string? secret = null)
    {
        var database = await TestDatabase.Migrated(kind);
        var time = new SettableTime(DateTimeOffset.UtcNow);
        var settings = new Dictionary<string, string?> { ["FAIRGROUND_FILES"] = files };
        if (s3 is not null)
        {
            (settings["FAIRGROUND_S3_BUCKET"], settings["FAIRGROUND_S3_ENDPOINT"], settings["FAIRGROUND_S3_REGION"]) = (S3StandIn.Bucket, s3.Url, S3StandIn.Region);
            (settings["FAIRGROUND_S3_ACCESS_KEY"], settings["FAIRGROUND_S3_SECRET_KEY"], settings["FAIRGROUND_S3_PREFIX"]) = (S3StandIn.AccessKey, secret ?? S3StandIn.SecretKey, "fair/");
        }
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        var collection = new ServiceCollection().AddLogging().AddSingleton<IConfiguration>(configuration).AddSingleton<TimeProvider>(time).AddSingleton(database.Database);
        new KernelModule().AddServices(collection, configuration);
        FileRoom? room = null;
        collection.AddSingleton<IFileReferences>(_ => new WantedFiles(room!));
        var services = collection.BuildServiceProvider();
        await services.GetRequiredService<Migrator>().Apply([new("kernel", typeof(KernelModule).Assembly)], CancellationToken.None);
        return room = new FileRoom(services, database, time);
    }

    public T Get<T>()
        where T : notnull => typeof(T) == typeof(FileAudit) ? (T)services.GetServices<Modules.IAuditCheck>().Single(c => c is FileAudit) : services.GetRequiredService<T>();

    public async Task<long> Count(string what)
    {
        await using var connection = await Database.OpenAsync(CancellationToken.None);
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The tests' own words.
        command.CommandText = $"select count(*) from {what}";
#pragma warning restore CA2100
        return Convert.ToInt64(await command.ExecuteScalarAsync(), null);
    }

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        await database.DisposeAsync();
    }

    private sealed class WantedFiles(FileRoom room) : IFileReferences
    {
        public IReadOnlyList<string> Columns => [];

        public Task<IReadOnlySet<Guid>> Used(IReadOnlyCollection<Guid> files, CancellationToken ct) => Task.FromResult<IReadOnlySet<Guid>>(files.Where(room.Wanted.Contains).ToHashSet());

        public Task<IReadOnlyDictionary<string, long>> Broken(CancellationToken ct) => Task.FromResult<IReadOnlyDictionary<string, long>>(new Dictionary<string, long>());
    }
}

/// <summary>Bytes that differ from place to place and are the same at every run, as long as one likes, with nothing held.</summary>
internal sealed class EndlessBytes(long length, int seed = 1) : Stream
{
    // Longer than a piece and no multiple of one, so that no two pieces are alike.
    private static readonly byte[] Pattern = Fill();

    private long position;

    /// <summary>Called before each read, with how far it is.</summary>
    public Action<long>? OnRead { get; init; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position { get => position; set => throw new NotSupportedException(); }

    public static byte At(long place, int seed = 1) => Pattern[(place + (seed * 7919L)) % Pattern.Length];

    /// <summary>The same bytes at once, where a test has room for them.</summary>
    public static byte[] All(int length, int seed) => [.. Enumerable.Range(0, length).Select(i => At(i, seed))];

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        OnRead?.Invoke(position);
        var from = (int)((position + (seed * 7919L)) % Pattern.Length);
        var count = (int)Math.Min(Math.Min(buffer.Length, Pattern.Length - from), length - position);
        Pattern.AsMemory(from, count).CopyTo(buffer);
        position += count;
        return ValueTask.FromResult(count);
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private static byte[] Fill()
    {
        var (bytes, state) = (new byte[1_000_003], 12345u);
        unchecked
        {
            for (var i = 0; i < bytes.Length; i++) bytes[i] = (byte)((state = (state * 1664525) + 1013904223) >> 24);
        }
        return bytes;
    }
}
