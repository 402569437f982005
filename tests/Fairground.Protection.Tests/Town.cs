using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Storage;
using Fairground.Ledger;
using Fairground.Ledger.GroupCommit;
using Fairground.Ledger.Protection;
using Fairground.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Fairground.Protection.Tests;

/// <summary>Protection over the real ledger, with people made up here.</summary>
internal sealed class Town : IPeople, IContacts, IInsiders, ILooks, IAsyncDisposable
{
    private readonly TestDatabase database;
    private LedgerFixture? node;

    private Town(TestDatabase database) => this.database = database;

    public static TheoryData<DatabaseKind> Engines => TestDatabase.Engines;

    public static CancellationToken Ct => TestContext.Current.CancellationToken;

    public SettableTime Time { get; } = new();

    /// <summary>Who works where.</summary>
    public Dictionary<Guid, IReadOnlyCollection<Guid>> Working { get; } = [];

    /// <summary>Contacts of people.</summary>
    public Dictionary<string, Guid> Known { get; } = [];

    /// <summary>Who looked at whom, and at what.</summary>
    public List<(Guid Person, Guid By, string What)> Looks { get; } = [];

    public Task Looked(IReadOnlyCollection<Guid> people, Guid by, string what, CancellationToken ct)
    {
        Looks.AddRange(people.Select(person => (person, by, what)));
        return Task.CompletedTask;
    }

    public LedgerFixture Node => node!;

    public static async Task<Town> Start(DatabaseKind kind, string? pack = "demo")
    {
        var town = new Town(await TestDatabase.Migrated(kind));
        town.node = await LedgerFixture.Start(
            town.database.Database,
            services => services.AddSingleton<IPeople>(town).AddSingleton<IContacts>(town).AddSingleton<IInsiders>(town).AddSingleton<ILooks>(town).AddSingleton<ILedgerChart, Purse>().AddSingleton<HotRule, MoveRule>(),
            [new ProtectionModule()], town.Time);
        if (pack is not null) _ = (await town.Node.Services.GetRequiredService<IJurisdictionChoice>().Choose(pack, null, null, Ct)).Value;
        return town;
    }

    /// <summary>Runs a use case in a scope of its own, as a request does.</summary>
    public async Task<TResult> In<T, TResult>(Func<T, Task<TResult>> use)
        where T : notnull
    {
        await using var scope = Node.Services.CreateAsyncScope();
        return await use(scope.ServiceProvider.GetRequiredService<T>());
    }

    public Task<GuardView> Guard(Guid person) => Node.Services.GetRequiredService<GuardReader>().Of(person, 0, Ct);

    public async Task TopsUp(Guid person) => _ = (await Node.Submit<Moved>(new Move(CommandKey.System("in", Ids.New().ToString()), person, true))).Value;

    public async Task Spends(Guid person) => _ = (await Node.Submit<Moved>(new Move(CommandKey.System("out", Ids.New().ToString()), person, false))).Value;

    public Task<Person?> Find(Guid userId, CancellationToken ct) => Task.FromResult<Person?>(Someone(userId));

    public Task<IReadOnlyDictionary<Guid, Person>> FindMany(IReadOnlyCollection<Guid> userIds, CancellationToken ct) =>
        Task.FromResult<IReadOnlyDictionary<Guid, Person>>(userIds.ToDictionary(u => u, Someone));

    public Task<Guid?> PersonAt(string? contact, CancellationToken ct) => Task.FromResult<Guid?>(Known.TryGetValue(contact ?? "", out var id) ? id : null);

    public Task<IReadOnlyDictionary<Guid, IReadOnlyCollection<Guid>>> All(CancellationToken ct) => Task.FromResult<IReadOnlyDictionary<Guid, IReadOnlyCollection<Guid>>>(Working);

    public async ValueTask DisposeAsync()
    {
        await Node.Audit();
        await Node.DisposeAsync();
        await database.DisposeAsync();
    }

    private static Person Someone(Guid id) => new(id, $"Person {id.ToString("N")[^4..]}", "", ContactChannel.Email, "");
}

/// <summary>Money in and out of a wallet, ten at a time.</summary>
internal sealed class Purse : ILedgerChart
{
    public static readonly AccountPurpose World = new("test.world", null, "The world");
    public static readonly AccountPurpose Till = new("test.till", 0, "The till");
    public static readonly Movement In = new(900, "test.in", World, SharedAccounts.Wallet, "In", "test");
    public static readonly Movement Out = new(901, "test.out", SharedAccounts.Wallet, Till, "Out", "test");

    public IReadOnlyList<AccountPurpose> Purposes { get; } = [World, Till];

    public IReadOnlyList<Movement> Movements { get; } = [In, Out];
}

internal sealed record Move(CommandKey Key, Guid Person, bool In) : IHotCommand;

internal sealed record Moved(Guid Person);

internal sealed class MoveRule : HotRule<Move, Moved>
{
    public override void Needs(Move command, LoadPlan plan) => plan.Account(Other(command)).Account(SharedAccounts.WalletOf(command.Person, "KZT"));

    public override Decision Decide(Move command, GroupState state, DateTimeOffset now)
    {
        var wallet = SharedAccounts.WalletOf(command.Person, "KZT");
        return command.In
            ? Accept(new Moved(command.Person)).Post(Purse.In, Other(command), wallet, 10, command.Person)
            : Accept(new Moved(command.Person)).Post(Purse.Out, wallet, Other(command), 10, command.Person);
    }

    private static AccountRef Other(Move command) => AccountRef.Of(Guid.Empty, command.In ? Purse.World : Purse.Till, "KZT");
}
