using System.Globalization;
using Fairground.Kernel;
using Fairground.Kernel.Messaging;
using Fairground.Kernel.Modules;
using Fairground.Ledger.GroupCommit;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Fairground.Ledger.Tests.Toy;

/// <summary>The smallest market that uses all of the group commit: money from the world, wallets, an escrow, lots with certificates.</summary>
internal sealed class ToyModule : IModule
{
    public string Name => "toy";

    public IReadOnlyList<RefusalKind> Refusals => [];

    public void AddServices(IServiceCollection services, IConfiguration configuration) => services
        .AddSingleton<ILedgerChart, ToyChart>()
        .AddSingleton<HotRule, StepsRule>()
        .AddSingleton<HotRule, OpenRule>()
        .AddSingleton<HotRule, BuyRule>();

    public void MapApi(IEndpointRouteBuilder api)
    {
    }
}

internal sealed class ToyChart : ILedgerChart
{
    public static readonly AccountPurpose World = new("toy.world", null, "The world");
    public static readonly AccountPurpose Escrow = new("toy.escrow", 0, "Escrow");
    public static readonly Movement TopUp = new(900, "toy.top_up", World, SharedAccounts.Wallet, "Top-up", "C-10");
    public static readonly Movement Buy = new(901, "toy.buy", SharedAccounts.Wallet, Escrow, "Certificates", "C-10");
    public static readonly Movement Give = new(902, "toy.give", SharedAccounts.Wallet, SharedAccounts.Wallet, "Gift", "C-10");
    public static readonly Movement Refund = new(903, "toy.refund", Escrow, SharedAccounts.Wallet, "Refund", "C-25");
    public static readonly Movement Undeclared = new(904, "toy.undeclared", SharedAccounts.Wallet, Escrow, "Never declared", "");

    public IReadOnlyList<AccountPurpose> Purposes { get; } = [World, Escrow];

    public IReadOnlyList<Movement> Movements { get; } = [TopUp, Buy, Give, Refund];

    public static AccountRef WorldOf(string asset) => AccountRef.Of(Guid.Empty, World, asset);

    public static AccountRef EscrowOf(Guid lot, string asset = "KZT") => AccountRef.Of(lot, Escrow, asset);

    public static AccountRef WalletOf(Guid person, string asset = "KZT") => SharedAccounts.WalletOf(person, asset);
}

/// <summary>One step of a free-form command, so that a test can say in one line what is tried.</summary>
internal abstract record Step
{
    internal sealed record Move(Movement Movement, AccountRef From, AccountRef To, long Amount, Guid? Id = null) : Step;

    internal sealed record Hold(Guid Id, AccountRef Account, long Amount) : Step;

    internal sealed record Post(Guid Id, Movement Movement, AccountRef From, AccountRef To) : Step;

    internal sealed record Release(Guid Id, AccountRef Account) : Step;

    internal sealed record Lot(Guid Id, int Remaining) : Step;

    internal sealed record Certificate(Guid LotId, int Seq) : Step;

    internal sealed record Event(string Text) : Step;

    internal sealed record Throw(string Text) : Step;
}

internal sealed record Steps(CommandKey Key, params IReadOnlyList<Step> All) : IHotCommand;

internal sealed record Done(string Text);

internal sealed record ToyFact(string Text) : IDomainEvent
{
    public string Topic => "toy.fact.stated";
}

/// <summary>Does what it is told, so that the ledger alone decides whether it may.</summary>
internal sealed class StepsRule : HotRule<Steps, Done>
{
    public override void Needs(Steps command, LoadPlan plan)
    {
        foreach (var step in command.All)
        {
            _ = step switch
            {
                Step.Move m => plan.Account(m.From).Account(m.To),
                Step.Hold h => plan.Account(h.Account),
                Step.Post p => plan.Account(p.From).Account(p.To).Hold(p.Id),
                Step.Release r => plan.Account(r.Account).Hold(r.Id),
                Step.Lot l => plan.Row(ToyTables.Lots, l.Id),
                _ => plan,
            };
        }
    }

    public override Decision Decide(Steps command, GroupState state, DateTimeOffset now)
    {
        var decision = Accept(new Done(command.Key.Key));
        foreach (var step in command.All)
        {
            _ = step switch
            {
                Step.Move m => decision.Post(m.Movement, m.From, m.To, m.Amount, Guid.Empty, m.Id),
                Step.Hold h => decision.Hold(h.Id, h.Account, h.Amount, now.AddMinutes(5), Guid.Empty),
                Step.Post p => decision.PostHold(state.Hold(p.Id)!, p.Movement, p.From, p.To),
                Step.Release r => decision.ReleaseHold(state.Hold(r.Id)!, r.Account),
                Step.Lot l => decision.Change(ToyTables.Lots, new ToyLot(l.Id, l.Remaining, 0)),
                Step.Certificate c => decision.Add(ToyTables.Certificates, new ToyCertificate(c.LotId, c.Seq, Guid.Empty)),
                Step.Event e => decision.Publish(new ToyFact(e.Text)),
                Step.Throw t => throw new InvalidOperationException(t.Text),
                _ => throw new InvalidOperationException(step.ToString()),
            };
        }
        return decision;
    }
}

internal sealed record ToyLot(Guid Id, int Remaining, int Sold);

internal sealed record ToyHolding(Guid Lot, Guid Buyer, int Count, string? Note);

internal sealed record ToyCertificate(Guid Lot, int Seq, Guid Buyer);

internal static class ToyTables
{
    public static readonly HotTable<ToyLot> Lots = HotTable<ToyLot>.Keyed("toy_lot", 1, r => new ToyLot(r.Uuid(0), r.Int(1), r.Int(2)),
        new("id", HotType.Uuid, l => l.Id), new("remaining", HotType.Int, l => l.Remaining), new("sold", HotType.Int, l => l.Sold));

    public static readonly HotTable<ToyHolding> Holdings = HotTable<ToyHolding>.Keyed("toy_holding", 2, r => new ToyHolding(r.Uuid(0), r.Uuid(1), r.Int(2), r.TextOrNull(3)),
        new("lot_id", HotType.Uuid, h => h.Lot), new("buyer_id", HotType.Uuid, h => h.Buyer), new("count", HotType.Int, h => h.Count), new("note", HotType.Text, h => h.Note));

    public static readonly HotTable<ToyCertificate> Certificates = HotTable<ToyCertificate>.Append("toy_certificate",
        new("lot_id", HotType.Uuid, c => c.Lot), new("seq", HotType.Int, c => c.Seq), new("buyer_id", HotType.Uuid, c => c.Buyer));
}

internal sealed record OpenLot(CommandKey Key, Guid Lot, int Remaining) : IHotCommand;

internal sealed class OpenRule : HotRule<OpenLot, Done>
{
    public override void Needs(OpenLot command, LoadPlan plan) => plan.Row(ToyTables.Lots, command.Lot);

    public override Decision Decide(OpenLot command, GroupState state, DateTimeOffset now) =>
        Accept(new Done("open")).Change(ToyTables.Lots, new ToyLot(command.Lot, command.Remaining, 0));
}

internal sealed record Buy(CommandKey Key, Guid Buyer, Guid Lot, int Quantity) : IHotCommand
{
    public const long Nominal = 100;

    public static Buy Of(Guid buyer, Guid lot, int quantity, string key) =>
        new(CommandKey.For(buyer, key, lot.ToString(), quantity.ToString(CultureInfo.InvariantCulture)), buyer, lot, quantity);
}

internal sealed record Bought(int First, int Quantity);

/// <summary>Buying as the real module does it: a hot lot, a holding with a cap, certificates, money, an event.</summary>
internal sealed class BuyRule : HotRule<Buy, Bought>
{
    public static readonly RefusalKind NoLot = new("toy.no_lot", 404, "There is no such lot.");
    public static readonly RefusalKind SoldOut = new("toy.sold_out", 409, "All certificates are sold.");
    public static readonly RefusalKind Cap = new("toy.cap", 409, "You have as many as one person may have.");

    public override void Needs(Buy command, LoadPlan plan) => plan
        .Account(ToyChart.WalletOf(command.Buyer)).Account(ToyChart.EscrowOf(command.Lot))
        .Row(ToyTables.Lots, command.Lot).Row(ToyTables.Holdings, command.Lot, command.Buyer);

    public override Decision Decide(Buy command, GroupState state, DateTimeOffset now)
    {
        var lot = state.Row(ToyTables.Lots, command.Lot);
        var holding = state.Row(ToyTables.Holdings, command.Lot, command.Buyer) ?? new ToyHolding(command.Lot, command.Buyer, 0, null);
        var (wallet, escrow) = (ToyChart.WalletOf(command.Buyer), ToyChart.EscrowOf(command.Lot));
        if (lot is null) return Refuse(NoLot);
        if (lot.Remaining < command.Quantity) return Refuse(SoldOut);
        if (holding.Count + command.Quantity > 10_000_000) return Refuse(Cap);
        if (!state.CanPay(wallet, Buy.Nominal * command.Quantity)) return Refuse(LedgerRefusals.InsufficientFunds);

        var certificates = Enumerable.Range(lot.Sold, command.Quantity).Select(seq => new ToyCertificate(command.Lot, seq, command.Buyer));
        return Accept(new Bought(lot.Sold, command.Quantity))
            .Post(ToyChart.Buy, wallet, escrow, Buy.Nominal * command.Quantity, command.Lot)
            .Change(ToyTables.Lots, lot with { Remaining = lot.Remaining - command.Quantity, Sold = lot.Sold + command.Quantity })
            .Change(ToyTables.Holdings, holding with { Count = holding.Count + command.Quantity })
            .Add(ToyTables.Certificates, certificates)
            .Publish(new ToyFact($"bought {command.Quantity}"));
    }
}
