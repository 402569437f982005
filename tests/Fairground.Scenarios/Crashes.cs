using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Fairground.Kernel.Storage;
using Fairground.Scenarios.Vocabulary;
using Fairground.Testing;
using Xunit;

namespace Fairground.Scenarios;

/// <summary>The server is killed at bad moments: what it has acknowledged is there afterwards, once.</summary>
public sealed class Crashes
{
    public static TheoryData<DatabaseKind> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task Every_acknowledged_purchase_survives_a_kill(DatabaseKind engine)
    {
        await using var server = await ServerProcess.Create(engine);
        await server.Start();
        var fair = await Fair.At(server.Address);
        var lot = await (await fair.Shop()).Opens(price: 100_000, nominal: 100, cap: 1_000);
        var buyers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => fair.Buyer($"b{i}", 10_000)));
        var acknowledged = new ConcurrentBag<(string Key, JsonNode Answer, Person Buyer)>();
        var sent = new ConcurrentBag<(string Key, Person Buyer)>();

        var crowd = buyers.Select(b => Task.Run(async () =>
        {
            for (var i = 0; i < 60; i++)
            {
                var key = Guid.CreateVersion7().ToString();
                sent.Add((key, b));
                try
                {
                    using var response = await b.Send($"lots/{lot.Id}/purchases", new { quantity = 1 }, key);
                    if ((int)response.StatusCode == 201) acknowledged.Add((key, JsonNode.Parse(await response.Content.ReadAsStringAsync())!, b));
                }
                catch (Exception error) when (error is HttpRequestException or TaskCanceledException or IOException)
                {
                    return;
                }
            }
        })).ToList();
        await Call.Until(() => Task.FromResult(acknowledged.Count), count => count >= 100);
        await server.Kill();
        await Task.WhenAll(crowd);

        await server.Start();
        await Task.WhenAll(acknowledged.Select(async a =>
        {
            // The same key again: the stored answer, to the letter, and nothing bought twice.
            var again = await a.Buyer.Post($"lots/{lot.Id}/purchases", new { quantity = 1 }, 201, a.Key);
            Assert.Equal((string)a.Answer["receipt"]!, (string)again["receipt"]!);
        }));
        await Task.WhenAll(sent.Select(s => s.Buyer.Post($"lots/{lot.Id}/purchases", new { quantity = 1 }, 201, s.Key)));
        Assert.Equal(sent.Count, (int)(await lot.Look())["sold"]!);
        var (code, output) = await server.Run("doctor");
        Assert.True(code == 0, output);
    }

    // One server after the other on the same database: each goes on where the last one died, and dies a step later.
    [Theory, MemberData(nameof(Engines))]
    [Requirement("C-17"), Requirement("C-18")]
    public async Task A_draw_that_dies_at_every_step_goes_on_to_one_result(DatabaseKind engine)
    {
        await using var server = await ServerProcess.Create(engine);
        await server.Start("draws.after_close");
        var fair = await Fair.At(server.Address);
        var lot = await (await fair.Shop()).Opens(price: 5_000, nominal: 1_000);
        var buyers = new[] { await fair.Buyer("a"), await fair.Buyer("b") };
        await buyers[0].Buys(2, lot);
        try
        {
            await buyers[1].Buys(3, lot);
        }
        catch (HttpRequestException)
        {
            // It may die before the answer leaves.
        }
        await server.Dies();
        foreach (var step in new[] { "draws.after_freeze", "draws.before_draw", "draws.after_draw" }) await server.StartsAndDies(step);
        await server.Start();
        await lot.Becomes("drawn", "settled");
        var entries = (await lot.Text("entries")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(5, entries.Length);
        Assert.True(Fairground.Verification.DrawVerifier.Verify(await lot.Text("proof"), entries).Holds);
        var (code, output) = await server.Run("doctor");
        Assert.True(code == 0, output);
    }
}
