using System.Diagnostics;
using Fairground.Kernel;
using Fairground.Kernel.Storage;
using Fairground.Ledger.GroupCommit;
using Fairground.Ledger.Tests.Toy;
using Fairground.Testing;
using Npgsql;
using Xunit;

namespace Fairground.Ledger.Tests;

/// <summary>Faults between the node and PostgreSQL (quality plan 4.3). Whatever happens: no purchase lost that was acknowledged, none made twice.</summary>
public sealed class PostgresFaultTests
{
    [Fact]
    public async Task A_connection_cut_between_commit_and_its_answer_neither_loses_nor_doubles_a_purchase()
    {
        await using var town = await Proxied.Start();
        for (var round = 0; round < 100; round++)
        {
            var buyer = town.Buyers[round % town.Buyers.Count];
            if (round % 2 == 0) town.Proxy.LoseNextCommitAnswer();
            else town.Proxy.CutBehindNextCommit();
            var answers = await Task.WhenAll(Enumerable.Range(0, 3).Select(i => town.Buy(buyer, $"{round}-{i}")));
            Assert.Equal(3, answers.Select(a => a.First).Distinct().Count());
            Assert.Equal(round + 1, town.Proxy.Cuts);
            for (var i = 0; i < 3; i++)
            {
                var again = await town.Through.Submit<Bought>(Buy.Of(buyer, town.Lot, 1, $"{round}-{i}"));
                Assert.True(again.Replayed);
                Assert.Contains(again.Value, answers);
            }
        }
        await town.Settled(300);
    }

    [Fact]
    public async Task Backends_terminated_under_load_neither_lose_nor_double_a_purchase()
    {
        await using var town = await Proxied.Start();
        var buying = Enumerable.Range(0, 40).Select(caller => Task.Run(async () =>
        {
            for (var i = 0; i < 50; i++) await town.Buy(town.Buyers[caller % town.Buyers.Count], $"{caller}-{i}");
        })).ToList();
        var all = Task.WhenAll(buying);
        var terminated = 0L;
        for (var i = 0; i < 40 && !all.IsCompleted; i++)
        {
            terminated += await town.Direct.Sql("select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database() and application_name = 'fairground-committer'");
            await Task.WhenAny(all, Task.Delay(100));
        }
        await all;
        Assert.True(terminated > 0);
        await town.Settled(2000);
    }

    [Fact]
    public async Task A_database_that_is_away_is_said_to_be_within_three_seconds_and_selling_goes_on_when_it_is_back()
    {
        await using var town = await Proxied.Start();
        await town.Buy(town.Buyers[0], "before");
        town.Proxy.Refuse();
        var started = Stopwatch.GetTimestamp();
        // More than one group, so that those behind in the queue are seen to be answered in time too.
        var answers = await Task.WhenAll(Enumerable.Range(0, 2000).Select(i => town.Through.Submit<Bought>(Buy.Of(town.Buyers[1], town.Lot, 1, $"{i}"))));
        Assert.All(answers, a => Assert.Equal("server.unavailable", a.Refusal?.Code));
        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0, 5);
        started = Stopwatch.GetTimestamp();
        Assert.Equal("server.unavailable", (await town.Through.Submit<Bought>(Buy.Of(town.Buyers[1], town.Lot, 1, "0"))).Refusal?.Code);
        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0, 3);
        town.Proxy.Allow();
        started = Stopwatch.GetTimestamp();
        await town.Buy(town.Buyers[1], "after");
        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0, 5);
        await town.Settled(2);
    }

    [Fact]
    public async Task A_node_that_hangs_with_the_lot_locked_does_not_stop_the_others_for_ever()
    {
        await using var town = await Proxied.Start();
        await using (await Blocked.On(town.Direct, town.Lot))
        {
            var started = Stopwatch.GetTimestamp();
            var answer = await town.Through.Submit<Bought>(Buy.Of(town.Buyers[0], town.Lot, 1, "key"));
            Assert.Equal("server.unavailable", answer.Refusal?.Code);
            Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 1, 9);
        }
        await town.Buy(town.Buyers[0], "key");
        await town.Settled(1);
    }

    /// <summary>A lot and buyers on PostgreSQL, sold by a node whose connections go through a proxy.</summary>
    private sealed class Proxied : IAsyncDisposable
    {
        private readonly Database database;

        private Proxied(TestNode direct, FaultProxy proxy, Database database, LedgerFixture through) => (Direct, Proxy, this.database, Through) = (direct, proxy, database, through);

        public TestNode Direct { get; }

        public FaultProxy Proxy { get; }

        public LedgerFixture Through { get; }

        public Guid Lot { get; private set; }

        public List<Guid> Buyers { get; } = [];

        public static async Task<Proxied> Start()
        {
            var direct = await TestNode.Start(DatabaseKind.Postgres);
            var setting = new NpgsqlConnectionStringBuilder(direct.Storage.Setting);
            var proxy = new FaultProxy(setting.Host!, setting.Port);
            (setting.Host, setting.Port, setting.SslMode) = ("127.0.0.1", proxy.Port, SslMode.Disable);
            var database = Database.Postgres(setting.ConnectionString);
            var town = new Proxied(direct, proxy, database, await TestNode.On(database));
            town.Lot = await direct.LotOf(100_000);
            for (var i = 0; i < 10; i++) town.Buyers.Add(await direct.PersonWith(1_000_000));
            return town;
        }

        /// <summary>Buys one as a client should: with the same key until there is an answer.</summary>
        public async Task<Bought> Buy(Guid buyer, string key)
        {
            for (var attempt = 0; attempt < 1000; attempt++)
            {
                var answer = await Through.Submit<Bought>(Toy.Buy.Of(buyer, Lot, 1, key));
                if (!answer.Refused) return answer.Value;
                Assert.True(answer.Refusal!.Kind.IsTransient, answer.Refusal.Code);
                await Task.Delay(20);
            }
            throw new InvalidOperationException("No answer after 1000 tries.");
        }

        public async Task Settled(int sold)
        {
            Assert.Equal(sold, await Direct.Sql("select count(*) from toy_certificate"));
            Assert.Equal(sold, await Direct.Sql("select sold from toy_lot"));
            Assert.Equal(sold * Toy.Buy.Nominal, await Direct.Node.Balance(ToyChart.EscrowOf(Lot)));
            await Direct.Node.Audit();
        }

        public async ValueTask DisposeAsync()
        {
            await Through.DisposeAsync();
            await Proxy.DisposeAsync();
            await database.DisposeAsync();
            await Direct.DisposeAsync();
        }
    }
}
