using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Fairground.Kernel.Storage;
using Fairground.Sandbox;
using Fairground.Scenarios.Vocabulary;
using Fairground.Testing;
using Xunit;

namespace Fairground.Scenarios.Storm;

/// <summary>
/// What a stranger's generator sends: payments with every fate, and ten deliveries for each, doubled, out of order, late, before the answer to the call that they are about, while the server is killed and
/// started again. <c>FAIRGROUND_STORM=10000</c> makes it 10,000 payments and 100,000 deliveries.
/// </summary>
public sealed class PaymentStorm
{
    private const int DeliveriesEach = 10;
    private const int AtOnce = 12;

    private static readonly int Payments = int.TryParse(Environment.GetEnvironmentVariable("FAIRGROUND_STORM"), NumberStyles.None, CultureInfo.InvariantCulture, out var many) ? many : 120;

    public static TheoryData<DatabaseKind> Engines => TestDatabase.Engines;

    private enum Fate
    {
        Paid,
        GivenBackAtTheCompany,
        Disputed,
        DisputeWon,
        DisputeLost,
        Expired,
        Declined,
    }

    [Theory, MemberData(nameof(Engines))]
    [Requirement("D-08"), Requirement("C-13")]
    public async Task However_notices_come_and_whenever_the_server_dies_the_ledger_is_what_the_company_says(DatabaseKind engine)
    {
        await using var sandbox = await SandboxServer.Start();
        await using var server = await ServerProcess.Create(engine);
        foreach (var (name, value) in SandboxServer.Settings(sandbox.Address)) server.Settings[name] = value;
        await server.Start();
        sandbox.Notices.Send(server.Address);
        sandbox.Faults.HoldNotices = true;
        var fair = await Fair.At(server.Address);
        var people = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => fair.Buyer($"storm{i}", 0)));
        var begun = Stopwatch.GetTimestamp();

        var plays = await Begin(sandbox, people);
        var (deliveries, killed) = await Storm(sandbox, server, plays);
        // Every notice once more, as companies do until it is taken; then nothing is left to be told.
        await Deliver(sandbox, sandbox.Notices.All, until200: true);

        await AllStandsAsPlayed(sandbox, people, plays);
        var found = await RawTables.AddUp(server.Database);
        var captured = plays.Where(p => p.Play.State == PlayState.Paid).Sum(p => p.Play.Amount);
        Assert.Equal((captured, plays.Sum(p => Taken(p.Play))), ((long)found["captured"]!, (long)found["taken_back"]!));
        Assert.Equal(-(captured - plays.Sum(p => Taken(p.Play))), (long)found["by_purpose"]!["payments.gateway_clearing KZT"]!);
        Assert.True(killed >= 2 && deliveries >= Payments * DeliveriesEach, $"{deliveries} deliveries, {killed} kills");
        var (code, output) = await server.Run("doctor");
        Assert.True(code == 0, output);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{engine}: {plays.Count} payments, {deliveries} deliveries, {killed} kills, {Stopwatch.GetElapsedTime(begun).TotalSeconds:0} s, {found["transfers"]} transfers, {found["by_purpose"]!.ToJsonString()}"));
    }

    private static async Task<List<(Person Person, Play Play, Fate Fate)>> Begin(SandboxServer sandbox, Person[] people)
    {
        var plays = new ConcurrentBag<(Person, Play, Fate)>();
        await Parallel.ForEachAsync(Enumerable.Range(0, Payments), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (i, _) =>
        {
            var (person, key) = (people[i % people.Length], Guid.CreateVersion7().ToString());
            // Of some the answer is lost after the company has registered it; of those some are paid, and told, before anybody here knows the company's name of them.
            if (i % 20 == 0) sandbox.Faults.LoseAnswer("start");
            for (var tries = 0; ; tries++)
            {
                Assert.True(tries < 20);
                using var answer = await person.Send("me/wallet/top-ups", new { amount = new { amount = (100 + i).ToString(CultureInfo.InvariantCulture), currency = "KZT" }, gateway = "stripe" }, key);
                if ((int)answer.StatusCode == 503) continue;
                Assert.Equal(201, (int)answer.StatusCode);
                var id = (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync(CancellationToken.None))!["paymentId"]!;
                plays.Add((person, sandbox.Till.OfMerchant(id), FateOf(i)));
                break;
            }
        });
        return [.. plays];
    }

    // A fixed mix.
    private static Fate FateOf(int i) => (i * 7919 % 100) switch { < 4 => Fate.GivenBackAtTheCompany, < 8 => Fate.Disputed, < 11 => Fate.DisputeWon, < 14 => Fate.DisputeLost, < 18 => Fate.Expired, < 20 => Fate.Declined, _ => Fate.Paid };

    // What happens, and what is told of it, mixed: a notice of the first step may come after the last, or ten times between them.
    private static async Task<(int Deliveries, int Kills)> Storm(SandboxServer sandbox, ServerProcess server, List<(Person Person, Play Play, Fate Fate)> plays)
    {
        var (till, deliveries, kills, seed) = (sandbox.Till, 0, 0, 20_260_727);
        for (var round = 0; round < 4; round++)
        {
            foreach (var (_, play, fate) in plays)
            {
                switch (round, fate)
                {
                    case (0, Fate.Expired): till.Expire(play); break;
                    case (0, Fate.Declined): till.Decline(play); break;
                    case (0, _): till.Pay(play); break;
                    case (1, Fate.GivenBackAtTheCompany): till.Refund(play, "desk", play.Amount / 2); break;
                    case (1, Fate.Disputed or Fate.DisputeWon or Fate.DisputeLost): till.Dispute(play, PlayDispute.Open); break;
                    case (2, Fate.DisputeWon): till.Dispute(play, PlayDispute.Won); break;
                    case (2, Fate.DisputeLost): till.Dispute(play, PlayDispute.Lost); break;
                    case (3, Fate.Expired): till.Pretend(play, "paid"); break;
                }
            }
            var all = sandbox.Notices.All;
            var many = Payments * DeliveriesEach / 4 + 1;
            var mixed = new List<PlayNotice>(many);
            for (var i = 0; i < many; i++) mixed.Add(all[(seed = (int)((seed * 48_271L) % int.MaxValue)) % all.Count]);
            var sending = Deliver(sandbox, mixed, until200: false);
            if (round is 1 or 2)
            {
                // In the middle of it, with calls to the company under way.
                var carriedOut = sandbox.Faults.HoldAnswer("read");
                var letGo = await carriedOut.WaitAsync(TimeSpan.FromSeconds(60));
                await server.Kill();
                letGo();
                kills++;
                await server.Start();
            }
            await sending;
            deliveries += many;
        }
        return (deliveries, kills);
    }

    private static async Task Deliver(SandboxServer sandbox, IReadOnlyCollection<PlayNotice> notices, bool until200) =>
        await Parallel.ForEachAsync(notices, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (notice, _) =>
        {
            for (var tries = 0; tries < 60; tries++)
            {
                if (await sandbox.Notices.Deliver(notice) == 200 || !until200) return;
                await Task.Delay(100, CancellationToken.None);
            }
            Assert.Fail("A notice was not taken.");
        });

    private static async Task AllStandsAsPlayed(SandboxServer sandbox, Person[] people, List<(Person Person, Play Play, Fate Fate)> plays)
    {
        foreach (var person in people)
        {
            var mine = plays.Where(p => p.Person == person).ToList();
            var wallet = (await person.Get("me/wallet"))["balances"]!.AsArray().Single(b => (string)b!["balance"]!["currency"]! == "KZT")!;
            var net = Minor(wallet["balance"]!) - Minor(wallet["owed"]!);
            Assert.Equal(mine.Where(p => p.Play.State == PlayState.Paid).Sum(p => p.Play.Amount - Taken(p.Play)), net);
        }
        // A payment of each fate, as its owner sees it.
        foreach (var (person, play, fate) in plays.GroupBy(p => p.Fate).Select(g => g.First()))
        {
            var stage = (string)(await person.Get($"payments/{play.Merchant}"))["stage"]!;
            Assert.Equal(fate switch { Fate.GivenBackAtTheCompany => "partly-refunded", Fate.Disputed => "disputed", Fate.DisputeLost => "charged-back", Fate.Expired => "expired", Fate.Declined => "pending", _ => "captured" }, stage);
        }
        Assert.NotEmpty(sandbox.Notices.All);
    }

    private static long Taken(Play play) => play.State != PlayState.Paid ? 0 : Math.Min(play.Amount, play.Refunded + (play.Dispute is PlayDispute.Open or PlayDispute.Lost ? play.Amount - play.Refunded : 0));

    private static long Minor(JsonNode money) => long.Parse((string)money["amount"]!, CultureInfo.InvariantCulture);
}
