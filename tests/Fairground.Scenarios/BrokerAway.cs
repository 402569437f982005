using System.Text.Json.Nodes;
using Fairground.Kernel.Storage;
using Fairground.Scenarios.Vocabulary;
using Fairground.Testing;
using Xunit;

namespace Fairground.Scenarios;

/// <summary>The broker goes away in the middle of a sale: selling goes on, and when it is back everybody is told everything once.</summary>
[Requirement("C-35")]
public sealed class BrokerAway
{
    public static TheoryData<DatabaseKind> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task Selling_goes_on_and_nothing_is_lost_or_told_twice(DatabaseKind engine)
    {
        await using var exchange = Exchange.OfTheBroker();
        exchange.Consumers = ["draws.announcements", "notifications.webhooks"];
        var address = new Uri(exchange.Address);
        await using var proxy = new FaultProxy(address.Host, address.Port > 0 ? address.Port : 5672);
        await using var server = await ServerProcess.Create(engine);
        server.Settings["FAIRGROUND_RABBITMQ"] = exchange.Through(proxy.Port);
        await server.Start();
        var fair = await Fair.At(server.Address);
        var lot = await (await fair.Shop()).Opens(price: 4_000, nominal: 100, cap: 10);
        var buyers = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => fair.Buyer($"b{i}", 1_000)));
        await buyers[0].Buys(5, lot);

        proxy.Refuse();
        // The rest is sold, and the draw's time set, while nothing can leave.
        await buyers[0].Buys(5, lot);
        foreach (var buyer in buyers[1..]) await buyer.Buys(10, lot);
        await lot.Becomes("drawing", "drawn", "settled");
        Assert.Equal(0, await Told(fair, buyers[1], "The draw of Kettle is on"));
        proxy.Allow();

        await lot.Becomes("drawn", "settled");
        foreach (var buyer in buyers)
        {
            await Call.Until(() => Told(fair, buyer, "The draw of Kettle is on"), count => count == 1);
            await Call.Until(() => Told(fair, buyer, "The draw of Kettle has taken place", "You won: Kettle"), count => count == 1);
        }
        var (code, report) = await server.Run("doctor");
        Assert.True(code == 0, report);
        foreach (var buyer in buyers) Assert.Equal((1, 1), (await Told(fair, buyer, "The draw of Kettle is on"), await Told(fair, buyer, "The draw of Kettle has taken place", "You won: Kettle")));
        Assert.Equal(1, await Task.WhenAll(buyers.Select(b => Told(fair, b, "You won: Kettle"))).ContinueWith(t => t.Result.Sum(), TaskScheduler.Default));
    }

    private static async Task<int> Told(Fair fair, Person person, params string[] subjects)
    {
        using var http = fair.Http();
        var inbox = JsonNode.Parse(await http.GetStringAsync($"dev/inbox?to={Uri.EscapeDataString(person.Contact)}"))!.AsArray();
        return inbox.Count(m => Array.Exists(subjects, s => ((string)m!["subject"]!).StartsWith(s, StringComparison.Ordinal)));
    }
}
