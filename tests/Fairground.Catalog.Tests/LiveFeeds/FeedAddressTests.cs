using System.Collections.Concurrent;
using Fairground.Catalog.SyncFeeds;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Fairground.Catalog.Tests.LiveFeeds;

[Requirement("C-06")]
public sealed class FeedAddressTests
{
    private const string Two = "key;name;price\nkettle;Kettle;199\nlamp;Lamp;50\n";
    private const string Dearer = "key;name;price\nkettle;Kettle;249\nlamp;Lamp;50\n";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task A_feed_is_fetched_again_only_where_it_has_changed(DatabaseKind kind)
    {
        await using var feed = await ChangingFeed.Start();
        (feed.Feed, feed.Etag) = (Two, "\"v1\"");
        await using var market = await Market.Open(kind, allowPrivate: true);
        var source = await market.Add(await market.OpenShop(), new SourceWishes("address", Address: feed.Url + "/goods.csv", IntervalMinutes: 30));

        source = await market.Turn(source);
        Assert.Equal(("imported", 0, 30), (source.State, source.Failures, (int)(source.DueAt!.Value - source.TriedAt!.Value).TotalMinutes));
        Assert.Equal("kettle 19900 on, lamp 5000 on", await market.Shelf());
        Assert.Equal(0, await market.With((SourceClock clock) => clock.Turn(Stop)));

        source = await market.Look(source);
        Assert.Equal("unchanged", source.State);
        (feed.Feed, feed.Etag) = (Dearer, "\"v2\"");
        source = await market.Look(source);
        Assert.Equal("imported", source.State);
        Assert.Equal("kettle 24900 on, lamp 5000 on", await market.Shelf());

        Assert.Equal(["200", "304 \"v1\"", "200 \"v1\""], feed.Asked);
        var imports = await market.Imports();
        Assert.Equal(["done 2 0 0", "done 0 1 1"], imports.Select(i => $"{i.State} {i.Created} {i.Updated} {i.Unchanged}"));
        Assert.All(imports, i => Assert.Equal((source.Id, "goods.csv"), (i.SourceId, i.FileName)));
        Assert.Equal(source.ImportId, imports[1].Id);
    }

    [Fact]
    public async Task A_server_without_versions_is_believed_by_date_or_by_the_content_itself()
    {
        await using var feed = await ChangingFeed.Start();
        feed.Feed = Two;
        await using var market = await Market.Open(DatabaseKind.Sqlite, allowPrivate: true);
        var source = await market.Turn(await market.Add(await market.OpenShop(), new SourceWishes("address", Address: feed.Url)));
        source = await market.Look(source);
        Assert.Equal("unchanged", source.State);

        feed.LastModified = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
        feed.Feed = Dearer;
        await market.Look(source);
        source = await market.Look(source);
        Assert.Equal("unchanged", source.State);
        Assert.Equal(["200", "200", "200", "304 Sun, 01 Mar 2026 12:00:00 GMT"], feed.Asked);
        Assert.Equal(2, (await market.Imports()).Count);
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task A_feed_that_cannot_be_fetched_is_tried_later_and_later_and_the_page_says_why(DatabaseKind kind)
    {
        await using var feed = await ChangingFeed.Start();
        feed.Status = 500;
        await using var market = await Market.Open(kind, allowPrivate: true);
        var source = await market.Turn(await market.Add(await market.OpenShop(), new SourceWishes("address", Address: feed.Url, IntervalMinutes: 5)));
        Assert.Equal(("failed", "import.address_failed", "The address answered 500.", 1, 1), (source.State, source.Code, source.Said, source.Failures, Minutes(source)));
        source = await market.Look(source);
        Assert.Equal((2, 2), (source.Failures, Minutes(source)));
        (feed.Status, feed.RetryAfter) = (503, "3600");
        source = await market.Look(source);
        Assert.Equal(("source.busy", 3, 60), (source.Code, source.Failures, Minutes(source)));
        (feed.Status, feed.Feed) = (200, Two);
        source = await market.Look(source);
        Assert.Equal(("imported", null, 0, 5), (source.State, source.Code, source.Failures, Minutes(source)));
        Assert.Single(await market.Imports());

        static int Minutes(Source s) => (int)(s.DueAt!.Value - s.TriedAt!.Value).TotalMinutes;
    }

    [Fact]
    public async Task What_a_feed_is_opened_with_is_sent_and_neither_shown_logged_nor_stored_in_the_clear()
    {
        await using var feed = await ChangingFeed.Start();
        (feed.Feed, feed.Credentials) = (Two, "dana:p@ss-5678");
        var logs = new Logs();
        await using var market = await Market.Open(DatabaseKind.Sqlite, allowPrivate: true, logs: logs);
        var shop = await market.OpenShop();
        var address = feed.Url.Replace("http://", "http://dana:p%40ss-5678@", StringComparison.Ordinal) + "/f/9f86d081884c7d659a2feaa0c55ad015a3bf4f1b/goods.csv?token=topsecret&lang=kk";
        var source = await market.Turn(await market.Add(shop, new SourceWishes("address", Address: address)));
        Assert.Equal("imported", source.State);
        Assert.Equal(feed.Url + "/f/9f86…/goods.csv?token=…&lang=…", source.Shown);
        feed.Credentials = "dana:other";
        source = await market.Look(source);
        Assert.Equal("source.denied", source.Code);

        var import = Assert.Single(await market.Imports());
        var stored = await File.ReadAllBytesAsync(market.Database.File!, Stop);
        foreach (var secret in new[] { "p@ss-5678", "p%40ss-5678", "topsecret", "9f86d081884c7d659a2f" })
        {
            Assert.DoesNotContain(secret, $"{import.SourceUrl} {import.FileName} {import.ErrorText} {source.Said} {source.Settings}", StringComparison.Ordinal);
            Assert.DoesNotContain(secret, string.Join('\n', logs.Lines), StringComparison.Ordinal);
            Assert.True(stored.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(secret)) < 0, $"'{secret}' lies in the database in the clear");
        }
        Assert.NotEmpty(logs.Lines);
    }

    [Fact]
    public async Task Keys_do_not_go_along_to_another_address()
    {
        await using var market = await Market.Open(DatabaseKind.Sqlite, allowPrivate: true);
        await using var own = await ChangingFeed.Start();
        await using var other = await ChangingFeed.Start();
        (own.Credentials, own.Feed, other.Credentials) = ("a:b", Two, "a:b");
        var source = await market.Turn(await market.Add(await market.OpenShop(), new SourceWishes("address", Address: own.Url, User: "a", Password: "b")));
        Assert.Equal("imported", source.State);
        Assert.False((await market.Change(source, new SourceWishes(Address: other.Url))).Refused);
        Assert.Equal("source.denied", (await market.Turn(source)).Code);
    }

    [Fact]
    public async Task A_feed_that_is_broken_imports_nothing_and_is_not_imported_again_until_it_changes()
    {
        await using var feed = await ChangingFeed.Start();
        feed.Feed = "<yml_catalog><shop><offers><offer id=\"1\"></shop></yml_catalog>";
        await using var market = await Market.Open(DatabaseKind.Sqlite, allowPrivate: true);
        var source = await market.Turn(await market.Add(await market.OpenShop(), new SourceWishes("address", Address: feed.Url + "/goods.xml", Format: "yml")));
        Assert.Equal("failed import.malformed", $"{(await market.Imports())[0].State} {(await market.Imports())[0].ErrorCode}");
        await market.Look(source);
        Assert.Single(await market.Imports());
        feed.Feed = Two;
        await market.Change(source, new SourceWishes(Format: ""));
        await market.Turn(source);
        Assert.Equal(["failed", "done"], (await market.Imports()).Select(i => i.State));
    }

    [Fact]
    public async Task What_a_person_changes_while_it_is_read_is_not_overwritten()
    {
        await using var feed = await ChangingFeed.Start();
        feed.Feed = Two;
        await using var market = await Market.Open(DatabaseKind.Sqlite, allowPrivate: true);
        var source = await market.Add(await market.OpenShop(), new SourceWishes("address", Address: feed.Url));
        Assert.False((await market.Change(source, new SourceWishes(Paused: true))).Refused);
        var paused = await market.Turn(source);
        Assert.Equal((null, "new"), (paused.DueAt, paused.State));
        // Paused it is looked at once more where somebody asks for it, and then rests.
        paused = await market.Look(source);
        Assert.Equal((null, "imported"), (paused.DueAt, paused.State));
        Assert.False((await market.Change(source, new SourceWishes(Paused: false))).Refused);
        Assert.NotNull((await market.Turn(source)).DueAt);
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task A_source_is_looked_at_by_one_node_at_a_time(DatabaseKind kind)
    {
        await using var feed = await ChangingFeed.Start();
        feed.Feed = Two;
        await using var market = await Market.Open(kind, allowPrivate: true);
        var source = await market.Add(await market.OpenShop(), new SourceWishes("address", Address: feed.Url));
        var otherNode = new Leases(market.Database, TimeProvider.System);
        Assert.True(await otherNode.TryHold($"catalog.source.{source.Id}", TimeSpan.FromMinutes(1), Stop));
        source = await market.Turn(source);
        Assert.Equal(("new", 0), (source.State, feed.Asked.Count));
        await otherNode.Release($"catalog.source.{source.Id}", Stop);
        Assert.Equal("imported", (await market.Turn(source)).State);
        Assert.True(await otherNode.TryHold($"catalog.source.{source.Id}", TimeSpan.FromMinutes(1), Stop));
    }

    [Fact]
    public async Task A_source_that_cannot_be_is_refused_with_its_reason()
    {
        await using var market = await Market.Open(DatabaseKind.Sqlite);
        var shop = await market.OpenShop();
        var feed = new SourceWishes("address", Address: "https://example.com/feed.csv");
        foreach (var (wishes, code) in new[]
        {
            (feed with { Kind = "ftp" }, "source.kind_unknown"),
            (feed with { Name = " " }, "source.name_invalid"),
            (feed with { IntervalMinutes = 4 }, "source.interval_invalid"),
            (feed with { IntervalMinutes = 10081 }, "source.interval_invalid"),
            (feed with { WhenSilent = "perhaps" }, "source.when_silent_unknown"),
            (feed with { Format = "nonsense" }, "import.format_unknown"),
            (feed with { Currency = "USD" }, "import.currency_other"),
            (feed with { Address = "http://127.0.0.1/feed.csv" }, "import.address_refused"),
            (feed with { Address = "file:///etc/passwd" }, "import.address_refused"),
            (feed with { Address = null }, "import.address_refused"),
            (new SourceWishes("woocommerce", Address: "https://example.com", User: "ck"), "source.secret_missing"),
            (new SourceWishes("woocommerce", Address: "http://example.com", User: "ck", Password: "cs"), "source.address_insecure"),
            (new SourceWishes("shopify", Address: "https://example.com"), "source.secret_missing"),
            (new SourceWishes("postgres", Query: "select 1"), "source.connection_invalid"),
            (new SourceWishes("sqlite", Address: "/etc/passwd", Query: "select 1"), "source.folder_refused"),
        })
        {
            Assert.Equal((code, wishes), ((await market.TryAdd(shop, wishes)).Refusal?.Code, wishes));
        }
        Assert.Equal("shop.not_found", (await market.TryAdd(Guid.CreateVersion7(), feed)).Refusal?.Code);
        for (var i = 0; i < 20; i++) await market.Add(shop, feed with { Paused = true });
        Assert.Equal("source.too_many", (await market.TryAdd(shop, feed)).Refusal?.Code);
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task A_source_is_forgotten_and_its_goods_stay(DatabaseKind kind)
    {
        await using var feed = await ChangingFeed.Start();
        feed.Feed = Two;
        await using var market = await Market.Open(kind, allowPrivate: true);
        var source = await market.Turn(await market.Add(await market.OpenShop(), new SourceWishes("address", Address: feed.Url)));
        Assert.Equal(source.Id, (await market.Goods("lamp")).SourceId);
        Assert.False((await market.With((KeepSources keep) => keep.Remove(source.ShopId, source.Id, Stop))).Refused);
        Assert.Equal("source.not_found", (await market.With((KeepSources keep) => keep.Remove(source.ShopId, source.Id, Stop))).Refusal?.Code);
        Assert.Null((await market.Goods("lamp")).SourceId);
        Assert.Equal(0, await market.Ask(c => c.Sources.CountAsync(Stop)));
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task Goods_that_were_there_before_are_the_source_s_though_nothing_of_them_changes(DatabaseKind kind)
    {
        await using var feed = await ChangingFeed.Start();
        // More than a batch: all but the first wait to be written together.
        feed.Feed = "key;name;price\n" + string.Concat(Enumerable.Range(0, 1_700).Select(i => $"k{i};Kettle {i};10\n"));
        await using var market = await Market.Open(kind, allowPrivate: true);
        var shop = await market.OpenShop();
        Assert.Equal(1_700, (await market.Import(shop, feed.Feed)).Created);
        var source = await market.Turn(await market.Add(shop, new SourceWishes("address", Address: feed.Url)));
        Assert.Equal("done 0 0 1700", (await market.Imports()).Select(i => $"{i.State} {i.Created} {i.Updated} {i.Unchanged}").Last());
        Assert.Equal(1_700, await market.Ask(c => c.Products.CountAsync(p => p.SourceId == source.Id, Stop)));
    }

    internal sealed class Logs : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Lines.Enqueue($"{formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}
