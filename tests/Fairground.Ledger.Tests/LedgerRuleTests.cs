using Fairground.Kernel;
using Fairground.Kernel.Storage;
using Fairground.Ledger.Tests.Toy;
using Fairground.Testing;
using Xunit;
using static Fairground.Ledger.Tests.Toy.ToyChart;

namespace Fairground.Ledger.Tests;

/// <summary>What the ledger does not let a rule do, one line a case. Each is tried against a wallet A of 1000, a wallet B of 0 and a hold H of 300 on A.</summary>
public sealed class LedgerRuleTests
{
    private static readonly Guid A = Ids.Derive("A");
    private static readonly Guid B = Ids.Derive("B");
    private static readonly Guid H = Ids.Derive("H");
    private static readonly Guid H2 = Ids.Derive("H2");
    private static readonly Guid Lot = Ids.Derive("lot");

    // name, steps, refused with (null: accepted), balance of A after, held on A after
    private static readonly (string Name, Step[] Steps, string? Refused, long Balance, long Held)[] Cases =
    [
        ("a payment within the balance", [Pay(700)], null, 300, 300),
        ("a payment that would touch the hold", [Pay(701)], "below its floor", 1000, 300),
        ("a payment from an empty wallet", [new Step.Move(Give, WalletOf(B), WalletOf(A), 1)], "below its floor", 1000, 300),
        ("a movement that nobody declared", [new Step.Move(Undeclared, WalletOf(A), EscrowOf(Lot), 1)], "is not declared", 1000, 300),
        ("a declared code with other content", [new Step.Move(ToyChart.Buy with { Title = "x" }, WalletOf(A), EscrowOf(Lot), 1)], "is not declared", 1000, 300),
        ("a movement from the wrong purpose", [new Step.Move(ToyChart.Buy, EscrowOf(Lot), EscrowOf(Ids.Derive("other")), 1)], "does not go from", 1000, 300),
        ("a movement to the wrong purpose", [new Step.Move(ToyChart.Buy, WalletOf(A), WalletOf(B), 1)], "does not go from", 1000, 300),
        ("a movement between assets", [new Step.Move(ToyChart.Buy, WalletOf(A), EscrowOf(Lot, "USD"), 1)], "cannot turn", 1000, 300),
        ("nothing", [Pay(0)], "above zero", 1000, 300),
        ("less than nothing", [Pay(-5)], "above zero", 1000, 300),
        ("a gift to oneself", [new Step.Move(Give, WalletOf(A), WalletOf(A), 5)], "to itself", 1000, 300),
        ("more than fits", [TopUpA(long.MaxValue)], "overflow", 1000, 300),
        ("linked transfers, all good", [Pay(200), new Step.Move(Give, WalletOf(A), WalletOf(B), 500)], null, 300, 300),
        ("linked transfers, the last bad", [Pay(200), new Step.Move(Give, WalletOf(A), WalletOf(B), 501)], "below its floor", 1000, 300),
        ("linked transfers, through zero and back", [Pay(1000), TopUpA(400)], null, 400, 300),
        ("a hold on what is free", [new Step.Hold(H2, WalletOf(A), 700)], null, 1000, 1000),
        ("a hold on more than is free", [new Step.Hold(H2, WalletOf(A), 701)], "below its floor", 1000, 300),
        ("a hold of nothing", [new Step.Hold(H2, WalletOf(A), 0)], "above zero", 1000, 300),
        ("a hold with a known id", [new Step.Hold(H, WalletOf(A), 1)], "violates|UNIQUE", 1000, 300),
        ("posting the hold", [new Step.Post(H, ToyChart.Buy, WalletOf(A), EscrowOf(Lot))], null, 700, 0),
        ("releasing the hold", [new Step.Release(H, WalletOf(A))], null, 1000, 0),
        ("posting the hold twice at once", [new Step.Post(H, ToyChart.Buy, WalletOf(A), EscrowOf(Lot)), new Step.Post(H, ToyChart.Buy, WalletOf(A), EscrowOf(Lot))], "changes once", 1000, 300),
        ("posting and releasing the hold at once", [new Step.Post(H, ToyChart.Buy, WalletOf(A), EscrowOf(Lot)), new Step.Release(H, WalletOf(A))], "changes once", 1000, 300),
        ("posting the hold from another account", [new Step.Post(H, ToyChart.Buy, WalletOf(B), EscrowOf(Lot))], "the account it is in", 1000, 300),
        ("releasing the hold to another account", [new Step.Release(H, WalletOf(B))], "the account it is in", 1000, 300),
        ("a transfer id used before", [new Step.Move(Give, WalletOf(A), WalletOf(B), 1, Ids.Derive("known"))], "violates|UNIQUE", 1000, 300),
        ("the same lot added twice", [new Step.Move(Give, WalletOf(A), WalletOf(B), 1), new Step.Certificate(Lot, 1), new Step.Certificate(Lot, 1)], "violates|UNIQUE", 1000, 300),
    ];

    public static TheoryData<DatabaseKind, string> Table()
    {
        var table = new TheoryData<DatabaseKind, string>();
        foreach (var kind in new[] { DatabaseKind.Sqlite, DatabaseKind.Postgres }) table.Add(kind, "all");
        return table;
    }

    [Theory]
    [MemberData(nameof(Table))]
    [Requirement("C-10")]
    public async Task The_ledger_takes_what_is_lawful_and_nothing_else(DatabaseKind kind, string cases)
    {
        Assert.Equal("all", cases);
        var wrong = new List<string>();
        foreach (var (name, steps, refused, balance, held) in Cases)
        {
            await using var node = await TestNode.Start(kind);
            _ = (await node.Do(TopUpA(999), new Step.Move(TopUp, WorldOf("KZT"), WalletOf(A), 1, Ids.Derive("known")))).Value;
            _ = (await node.Do(new Step.Hold(H, WalletOf(A), 300))).Value;
            var error = await Record.ExceptionAsync(async () => _ = (await node.Do(steps)).Value);
            var said = error is null ? null : error.Message;
            if (refused is null ? said is not null : said is null || !refused.Split('|').Any(r => said.Contains(r, StringComparison.OrdinalIgnoreCase))) wrong.Add($"{name}: said '{said}'");
            if (await node.Wallet(A) != balance || await node.Held(A) != held) wrong.Add($"{name}: {await node.Wallet(A)}, held {await node.Held(A)}");
            await node.Node.Audit();
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Theory]
    [MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task A_hold_ends_once(DatabaseKind kind)
    {
        await using var node = await TestNode.Start(kind);
        _ = (await node.Do(TopUpA(1000), new Step.Hold(H, WalletOf(A), 300))).Value;
        _ = (await node.Do(new Step.Post(H, ToyChart.Buy, WalletOf(A), EscrowOf(Lot)))).Value;
        var again = await Assert.ThrowsAsync<InvalidOperationException>(() => node.Do(new Step.Post(H, ToyChart.Buy, WalletOf(A), EscrowOf(Lot))));
        var release = await Assert.ThrowsAsync<InvalidOperationException>(() => node.Do(new Step.Release(H, WalletOf(A))));
        Assert.Contains("pending", again.Message, StringComparison.Ordinal);
        Assert.Contains("pending", release.Message, StringComparison.Ordinal);
        Assert.Equal((700, 0), (await node.Wallet(A), await node.Held(A)));
        await node.Node.Audit();
    }

    private static Step.Move Pay(long amount) => new(ToyChart.Buy, WalletOf(A), EscrowOf(Lot), amount);

    private static Step.Move TopUpA(long amount) => new(TopUp, WorldOf("KZT"), WalletOf(A), amount);
}
