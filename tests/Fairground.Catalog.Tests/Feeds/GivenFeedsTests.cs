using System.Text.Json;
using Fairground.Testing;
using Xunit;

namespace Fairground.Catalog.Tests.Feeds;

/// <summary>
/// Reads real feeds that may not stand in this repository and compares what comes out with <c>counts.json</c>, which an independent
/// script beside it (<c>count_feeds.py</c>) works out from the files.
/// </summary>
[Requirement("C-06")]
public sealed class GivenFeedsTests(ITestOutputHelper output)
{
    // Prices that hold for a time are read as of this day, here and in the script.
    private static readonly DateTimeOffset Now = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_given_feed_gives_what_was_counted_in_it()
    {
        var folder = Folder() ?? Skip();
        var expected = JsonSerializer.Deserialize<SortedDictionary<string, FeedCounts>>(await File.ReadAllTextAsync(Beside("counts.json"), Stop))!;
        var wrong = new List<string>();
        foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var name = Path.GetRelativePath(folder, path).Replace('\\', '/');
            var (found, _) = await FeedCounts.Of(Path.GetFileName(path), await File.ReadAllBytesAsync(path, Stop), Now, Stop);
            var should = expected.GetValueOrDefault(name)?.Json() ?? "nobody counted it";
            output.WriteLine($"{name}: {found.Json()}");
            if (should != found.Json()) wrong.Add($"{name}\n  counted {should}\n  read    {found.Json()}");
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    internal static string Beside(string name) => Path.Combine(Root() ?? ".", "tests", "Fairground.Catalog.Tests", "Feeds", name);

    private static string Skip()
    {
        Assert.Skip("There are no given feeds: neither FAIRGROUND_FEEDS nor ../shared/data/feeds beside the repository names a folder.");
        return "";
    }

    private static string? Folder()
    {
        if (Environment.GetEnvironmentVariable("FAIRGROUND_FEEDS") is { Length: > 0 } named) return Directory.Exists(named) ? named : null;
        for (var above = Root() is { } root ? Directory.GetParent(root) : null; above is not null; above = above.Parent)
        {
            var folder = Path.Combine(above.FullName, "shared", "data", "feeds");
            if (Directory.Exists(folder)) return folder;
        }
        return null;
    }

    private static string? Root()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "Fairground.slnx"))) return at.FullName;
        }
        return null;
    }
}
