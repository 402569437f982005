using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Fairground.Kernel.Storage;
using Fairground.Scenarios.Vocabulary;
using Fairground.Testing;
using Xunit;

namespace Fairground.Scenarios;

/// <summary>What somebody sees who starts the server for the first time.</summary>
public sealed class DemoMarketTests
{
    public static TheoryData<DatabaseKind> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task A_first_start_shows_lots_in_every_state_and_says_who_won(DatabaseKind engine)
    {
        await using var server = await ServerProcess.New(engine);
        await server.StartDemo();
        await Call.Until(() => Task.FromResult(server.Said), said => said.Contains("The demo market is ready", StringComparison.Ordinal), seconds: 90);
        Assert.Contains("Hand over a prize: ", server.Said, StringComparison.Ordinal);
        using var http = new HttpClient { BaseAddress = server.Address };
        var operatorSession = await Call.Read(await http.PostAsJsonAsync("api/v1/sessions", new { contact = "operator@fairground.example", password = "town-fair-2026" }), 201);
        http.DefaultRequestHeaders.Authorization = new("Bearer", (string)operatorSession["accessToken"]!);
        async Task<string[]> Seen()
        {
            var lots = (await http.GetFromJsonAsync<JsonNode>("api/v1/lots?take=100"))!["items"]!.AsArray();
            return [.. lots.GroupBy(l => (string)l!["state"]!).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => $"{g.Key} {g.Count()}")];
        }
        // One open one is the lot to watch; four have ended, two collected, one not collected, one paid in money. A candidate has yet to pay.
        string[] expected = ["draft 1", "drawing 1", "drawn 2", "open 9", "refunded 2", "settled 4"];
        Assert.Equal(expected, await Call.Until(Seen, seen => seen.SequenceEqual(expected)));
        string[] ends = ["candidate 1", "claimed 3", "drawn 1", "paid 1", "unclaimed 1"];
        Assert.Equal(ends, await Call.Until(() => Wins(server.Address), seen => seen.SequenceEqual(ends)));
        var (code, report) = await server.Run("doctor");
        Assert.True(code == 0, report);
    }

    // What became of the prizes, as the buyers are told.
    private static async Task<string[]> Wins(Uri address)
    {
        var states = new List<string>();
        foreach (var contact in new[] { "aigerim", "madina", "ruslan", "zarina", "viktor", "kamila", "alibek" }.Select(n => $"{n}@fairground.example").Append("+77010000002"))
        {
            using var http = new HttpClient { BaseAddress = address };
            var session = await Call.Read(await http.PostAsJsonAsync("api/v1/sessions", new { contact, password = "town-fair-2026" }), 201);
            http.DefaultRequestHeaders.Authorization = new("Bearer", (string)session["accessToken"]!);
            // The lot to watch may be drawn meanwhile.
            states.AddRange((await http.GetFromJsonAsync<JsonArray>("api/v1/me/wins"))!.Where(w => !((string)w!["title"]!).StartsWith("Vacuum flask", StringComparison.Ordinal)).Select(w => (string)w!["state"]!));
        }
        return [.. states.GroupBy(s => s).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => $"{g.Key} {g.Count()}")];
    }
}
