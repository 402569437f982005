using Fairground.Kernel;
using Fairground.Kernel.Storage;
using Fairground.Ledger.GroupCommit;
using Fairground.Ledger.Tests.Toy;
using Fairground.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Fairground.Ledger.Tests;

/// <summary>A database and one node with the toy market over it.</summary>
internal sealed class TestNode : IAsyncDisposable
{
    private TestNode(TestDatabase storage, LedgerFixture node) => (Storage, Node) = (storage, node);

    public TestDatabase Storage { get; }

    public LedgerFixture Node { get; }

    public static async Task<TestNode> Start(DatabaseKind kind, GroupCommitOptions? options = null, TimeProvider? time = null)
    {
        var storage = await TestDatabase.Migrated(kind);
        return new TestNode(storage, await On(storage.Database, options, time));
    }

    /// <summary>One more node over a database.</summary>
    public static Task<LedgerFixture> On(Database database, GroupCommitOptions? options = null, TimeProvider? time = null) => LedgerFixture.Start(
        database,
        services =>
        {
            if (options is not null) services.AddSingleton(options);
        },
        [new ToyModule()],
        time);

    /// <summary>Does these steps as one command, under a key of its own.</summary>
    public Task<HotResult<Done>> Do(params IReadOnlyList<Step> steps) => Node.Submit<Done>(new Steps(CommandKey.System("steps", Ids.New().ToString()), steps));

    public async Task<Guid> PersonWith(long amount, string asset = "KZT")
    {
        var person = Ids.New();
        if (amount > 0) _ = (await Do(new Step.Move(ToyChart.TopUp, ToyChart.WorldOf(asset), ToyChart.WalletOf(person, asset), amount))).Value;
        return person;
    }

    public async Task<Guid> LotOf(int certificates)
    {
        var lot = Ids.New();
        _ = (await Node.Submit<Done>(new OpenLot(CommandKey.System("open", lot.ToString()), lot, certificates))).Value;
        return lot;
    }

    public Task<long> Wallet(Guid person) => Node.Balance(ToyChart.WalletOf(person));

    public async Task<long> Held(Guid person) => (await Node.Reader.BalanceOf(ToyChart.WalletOf(person), CancellationToken.None)).Held;

    /// <summary>Runs SQL beside the ledger, as a bug or an intruder would.</summary>
    public async Task<long> Sql(string sql)
    {
        using var turn = await Storage.Database.Gate.EnterAsync(CancellationToken.None);
        await using var connection = await Storage.Database.OpenAsync(CancellationToken.None);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(await command.ExecuteScalarAsync() ?? 0L, System.Globalization.CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        await Node.DisposeAsync();
        await Storage.DisposeAsync();
    }
}
