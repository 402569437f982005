using Fairground.Kernel.Storage;
using Fairground.Ledger.GroupCommit;
using Fairground.Ledger.Tests.Toy;
using Fairground.Testing;
using Xunit;

namespace Fairground.Ledger.Tests;

public sealed class IdempotencyTests
{
    [Theory]
    [MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task The_same_key_and_request_get_the_stored_outcome_again(DatabaseKind kind)
    {
        await using var node = await TestNode.Start(kind);
        var (buyer, lot) = (await node.PersonWith(1000), await node.LotOf(10));
        var first = await node.Node.Submit<Bought>(Buy.Of(buyer, lot, 2, "key"));
        var second = await node.Node.Submit<Bought>(Buy.Of(buyer, lot, 2, "key"));
        Assert.Equal((first.Value, false), (second.Value, first.Replayed));
        Assert.True(second.Replayed);
        Assert.Equal(800, await node.Wallet(buyer));
    }

    [Theory]
    [MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task The_same_key_with_another_request_is_refused(DatabaseKind kind)
    {
        await using var node = await TestNode.Start(kind);
        var (buyer, lot) = (await node.PersonWith(1000), await node.LotOf(10));
        _ = (await node.Node.Submit<Bought>(Buy.Of(buyer, lot, 2, "key"))).Value;
        var other = await node.Node.Submit<Bought>(Buy.Of(buyer, lot, 3, "key"));
        Assert.Equal("idempotency.key_reused", other.Refusal?.Code);
        Assert.Equal(800, await node.Wallet(buyer));
    }

    [Theory]
    [MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task Two_people_may_use_the_same_key(DatabaseKind kind)
    {
        await using var node = await TestNode.Start(kind);
        var (one, two, lot) = (await node.PersonWith(1000), await node.PersonWith(1000), await node.LotOf(10));
        Assert.Equal(0, (await node.Node.Submit<Bought>(Buy.Of(one, lot, 2, "key"))).Value.First);
        Assert.Equal(2, (await node.Node.Submit<Bought>(Buy.Of(two, lot, 2, "key"))).Value.First);
    }

    [Theory]
    [MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task Fifty_at_once_with_one_key_are_one_purchase(DatabaseKind kind)
    {
        await using var node = await TestNode.Start(kind);
        var (buyer, lot) = (await node.PersonWith(1000), await node.LotOf(10));
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => node.Node.Submit<Bought>(Buy.Of(buyer, lot, 2, "key")))));
        Assert.All(answers, a => Assert.Equal(new Bought(0, 2), a.Value));
        Assert.Single(answers, a => !a.Replayed);
        Assert.Equal(800, await node.Wallet(buyer));
        await node.Node.Audit();
    }

    [Theory]
    [MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task Within_one_group_a_key_counts_once_and_another_request_under_it_is_refused(DatabaseKind kind)
    {
        await using var node = await TestNode.Start(kind);
        var (buyer, lot) = (await node.PersonWith(1000), await node.LotOf(10));
        // While the gate is held on SQLite, or the row is locked on PostgreSQL, everything below collects into one group.
        Task<HotResult<Bought>>[] answers;
        await using (await Blocked.On(node, lot))
        {
            _ = node.Node.Submit<Bought>(Buy.Of(buyer, lot, 1, "opener"));
            answers = [.. new[] { 2, 2, 3 }.Select(quantity => node.Node.Submit<Bought>(Buy.Of(buyer, lot, quantity, "key")))];
        }
        var (first, same, other) = (await answers[0], await answers[1], await answers[2]);
        Assert.Equal(first.Value, same.Value);
        Assert.Equal((false, true), (first.Replayed, same.Replayed));
        Assert.Equal("idempotency.key_reused", other.Refusal?.Code);
        Assert.Equal(700, await node.Wallet(buyer));
    }

    [Theory]
    [MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task After_a_restart_the_answer_is_the_same(DatabaseKind kind)
    {
        await using var node = await TestNode.Start(kind);
        var (buyer, lot) = (await node.PersonWith(1000), await node.LotOf(10));
        var before = await node.Node.Submit<Bought>(Buy.Of(buyer, lot, 2, "key"));
        await node.Node.DisposeAsync();
        await using var restarted = await TestNode.On(node.Storage.Database);
        var after = await restarted.Submit<Bought>(Buy.Of(buyer, lot, 2, "key"));
        Assert.Equal(before.Value, after.Value);
        Assert.True(after.Replayed);
        await restarted.Audit();
    }

    [Theory]
    [MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task A_refusal_is_not_kept_so_the_same_key_may_succeed_later(DatabaseKind kind)
    {
        await using var node = await TestNode.Start(kind);
        var (buyer, lot) = (await node.PersonWith(0), await node.LotOf(10));
        Assert.Equal("wallet.insufficient_funds", (await node.Node.Submit<Bought>(Buy.Of(buyer, lot, 2, "key"))).Refusal?.Code);
        _ = (await node.Do(new Step.Move(ToyChart.TopUp, ToyChart.WorldOf("KZT"), ToyChart.WalletOf(buyer), 200))).Value;
        Assert.Equal(new Bought(0, 2), (await node.Node.Submit<Bought>(Buy.Of(buyer, lot, 2, "key"))).Value);
    }
}

/// <summary>Keeps the committer from going on, so that a test can fill its queue.</summary>
internal sealed class Blocked(IAsyncDisposable? connection, IDisposable? turn) : IAsyncDisposable
{
    public static async Task<Blocked> On(TestNode node, Guid lot)
    {
        var database = node.Storage.Database;
        if (database.Kind == DatabaseKind.Sqlite) return new Blocked(null, await database.Gate.EnterAsync(CancellationToken.None));
        var connection = await database.OpenAsync(CancellationToken.None);
        await using var command = connection.CreateCommand();
        command.CommandText = $"begin; select 1 from toy_lot where id = '{lot}' for update";
        await command.ExecuteNonQueryAsync();
        return new Blocked(connection, null);
    }

    public async ValueTask DisposeAsync()
    {
        turn?.Dispose();
        if (connection is Npgsql.NpgsqlConnection postgres)
        {
            await using (var command = new Npgsql.NpgsqlCommand("rollback", postgres)) await command.ExecuteNonQueryAsync();
            await postgres.DisposeAsync();
        }
    }
}
