using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Fairground.Fairness;
using Fairground.Kernel.Storage;
using Fairground.Scenarios.Vocabulary;
using Fairground.Testing;
using Xunit;

namespace Fairground.Scenarios;

/// <summary>Two thousand people come at the same moment for one lot, and the server is killed among them.</summary>
public sealed class HotLot(ITestOutputHelper output)
{
    private const int People = 2_000;
    private const int Entries = 5_000;
    private const int Cap = 4;

    public static TheoryData<DatabaseKind> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    [Requirement("C-11"), Requirement("C-15"), Requirement("C-16"), Requirement("C-17")]
    public async Task Two_thousand_buyers_at_once_and_a_kill_sell_it_exactly_once(DatabaseKind engine)
    {
        await using var server = await ServerProcess.Create(engine);
        await server.Start();
        var fair = await Fair.At(server.Address);
        var lot = await (await fair.Shop()).Opens(price: Entries * 100, nominal: 100, cap: Cap, winners: 3, reserves: 10);
        var watch = Stopwatch.StartNew();
        // All at once, as they would come: nobody is told to come later.
        var crowd = await Task.WhenAll(Enumerable.Range(0, People).Select(i => fair.Buyer($"b{i}", 1_000)));
        output.WriteLine($"{People} people registered and topped up in {watch.Elapsed.TotalSeconds:0.0} s");

        watch.Restart();
        var acknowledged = new ConcurrentDictionary<string, JsonNode>();
        var wishes = crowd.SelectMany(b => new[] { 1, 3, 2 }.Select(quantity => new Wish(b, quantity, Guid.CreateVersion7().ToString()))).ToList();
        var rush = wishes.Select(w => Task.Run(() => Try(w, lot, acknowledged))).ToList();
        await Call.Until(() => Task.FromResult(acknowledged.Count), count => count >= 300);
        await server.Kill();
        await Task.WhenAll(rush);
        var before = acknowledged.ToDictionary();
        output.WriteLine($"{before.Count} purchases were acknowledged before the kill");

        await server.Start();
        watch.Restart();
        var refusals = new ConcurrentBag<string>();
        await Task.WhenAll(wishes.Select(w => Task.Run(async () =>
        {
            var again = await Insist(w, lot, refusals);
            if (before.TryGetValue(w.Key, out var first)) Assert.Equal((string)first["receipt"]!, (string?)again?["receipt"]);
            if (again is not null) acknowledged[w.Key] = again;
        })));
        output.WriteLine($"{wishes.Count} purchases answered in {watch.Elapsed.TotalSeconds:0.0} s after it, {refusals.Count} refused");
        Assert.All(refusals, code => Assert.Contains(code, new[] { "lot.sold_out", "lot.not_open", "lot.entry_cap" }));
        // Everybody asks for six and may hold four.
        Assert.Contains("lot.entry_cap", refusals);
        await Exact(lot, crowd, acknowledged.Values);
        var (code, report) = await server.Run("doctor");
        Assert.True(code == 0, report);
    }

    private sealed record Wish(Person Buyer, int Quantity, string Key);

    private static async Task Try(Wish wish, Lot lot, ConcurrentDictionary<string, JsonNode> acknowledged)
    {
        try
        {
            using var response = await wish.Buyer.Send($"lots/{lot.Id}/purchases", new { quantity = wish.Quantity }, wish.Key);
            if ((int)response.StatusCode == 201) acknowledged[wish.Key] = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException or IOException)
        {
            // The server was killed: whether it was bought is found out afterwards.
        }
    }

    // Asks until there is an answer: a full server says so, and when to come again.
    private static async Task<JsonNode?> Insist(Wish wish, Lot lot, ConcurrentBag<string> refusals)
    {
        var tries = 0;
        while (true)
        {
            // A crowd that reconnects at once may find the door shut for a moment: the same key may be sent again.
            if (await Reach(wish, lot, tries++ < 20) is not { } response) continue;
            using var answered = response;
            var body = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
            if ((int)response.StatusCode == 201) return body;
            if ((int)response.StatusCode == 503)
            {
                await Task.Delay(response.Headers.RetryAfter!.Delta!.Value);
                continue;
            }
            Assert.Equal(409, (int)response.StatusCode);
            refusals.Add((string)body["code"]!);
            return null;
        }
    }

    private static async Task<HttpResponseMessage?> Reach(Wish wish, Lot lot, bool mayFail)
    {
        try
        {
            return await wish.Buyer.Send($"lots/{lot.Id}/purchases", new { quantity = wish.Quantity }, wish.Key);
        }
        catch (HttpRequestException) when (mayFail)
        {
            return null;
        }
    }

    private static async Task Exact(Lot lot, Person[] crowd, IEnumerable<JsonNode> purchases)
    {
        var entries = purchases.SelectMany(p => p["entries"]!.AsArray()).Select(e => ((int)e!["seq"]!, (string)e["number"]!)).ToList();
        Assert.Equal(Entries, entries.Count);
        Assert.Equal(Enumerable.Range(1, Entries), entries.Select(e => e.Item1).Order());
        Assert.Equal(Entries, entries.Select(e => e.Item2).Distinct().Count());
        await lot.Becomes("drawn", "settled");
        var wallets = new ConcurrentBag<long>();
        await Parallel.ForEachAsync(crowd, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (b, _) => wallets.Add(await b.Wallet()));
        Assert.Equal((People * 1_000L) - (Entries * 100L), wallets.Sum());
        Assert.All(wallets, w => Assert.InRange(w, 1_000 - (Cap * 100), 1_000));
        var leaves = (await lot.Text("entries")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(Entries, leaves.Length);
        Assert.True(Fairground.Verification.DrawVerifier.Verify(await lot.Text("proof"), leaves).Holds);
    }
}
