using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Fairground.Kernel.Storage;
using Fairground.Ledger.GroupCommit;
using Fairground.Scenarios.Vocabulary;
using Fairground.Testing;
using Xunit;

namespace Fairground.Scenarios;

/// <summary>More people ask at once than may wait: those who are sent away come again with the same key, and lose nothing.</summary>
public sealed class FullHouse
{
    private const int Purchases = 240;

    public static TheoryData<DatabaseKind> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    [Requirement("C-12")]
    public async Task Whoever_is_told_to_come_again_gets_what_was_asked_for_once(DatabaseKind engine)
    {
        await using var fair = await Fair.Open(engine, groups: new GroupCommitOptions(Capacity: 4, MaxGroup: 2));
        var lot = await (await fair.Shop()).Opens(price: Purchases * 100, nominal: 100, cap: Purchases);
        var buyers = new List<Person>();
        for (var i = 0; i < 4; i++) buyers.Add(await fair.Buyer($"b{i}", 10_000));
        var (sentAway, answers) = (0, new ConcurrentBag<JsonNode>());

        await Task.WhenAll(Enumerable.Range(0, Purchases).Select(i => Task.Run(async () =>
        {
            var key = Guid.CreateVersion7().ToString();
            while (true)
            {
                using var response = await buyers[i % buyers.Count].Send($"lots/{lot.Id}/purchases", new { quantity = 1 }, key);
                var body = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
                if ((int)response.StatusCode == 201)
                {
                    answers.Add(body);
                    return;
                }
                Assert.Equal((503, "server.busy"), ((int)response.StatusCode, (string)body["code"]!));
                Assert.Equal(TimeSpan.FromSeconds(1), response.Headers.RetryAfter?.Delta);
                Interlocked.Increment(ref sentAway);
                await Task.Delay(Random.Shared.Next(10, 60));
            }
        })));

        Assert.NotEqual(0, sentAway);
        Assert.Equal(Enumerable.Range(1, Purchases), answers.SelectMany(a => a["entries"]!.AsArray()).Select(e => (int)e!["seq"]!).Order());
        Assert.Equal((buyers.Count * 10_000L) - (Purchases * 100L), (await Task.WhenAll(buyers.Select(b => b.Wallet()))).Sum());
    }
}
