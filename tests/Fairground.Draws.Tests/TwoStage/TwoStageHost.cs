using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Storage;
using Fairground.Ledger;
using Fairground.Ledger.GroupCommit;
using Fairground.Ledger.Statements;
using Xunit;

namespace Fairground.Draws.Tests.TwoStage;

/// <summary>A market in which the kettle (1000.00 KZT) is sold by two payments.</summary>
internal static class TwoStageHost
{
    private static CancellationToken Ct => DrawsHost.Ct;

    /// <summary>Ten applications are expected, so 100.00 each, unless said otherwise.</summary>
    public static CreateLotRequest AskedTwice(this DrawsHost host) => new(
        DrawsHost.Kettle, "two-stage", null, MaxEntriesPerPerson: 5, ClosesAt: host.Clock.Now.AddDays(3), DrawDelaySeconds: 60, Predicted: 10, SecondPaymentSeconds: 3 * 86_400);

    public static async Task<Guid> Draft(this DrawsHost host, CreateLotRequest request)
    {
        var lot = await host.In<LotDrafts, Result<Lot>>(d => d.Create(DrawsHost.As(DrawsHost.Operator, isOperator: true), request, Ct));
        Assert.Null(lot.Refusal);
        return lot.Value.Id;
    }

    /// <summary>Drafted, its deposit paid from the operator's wallet, and opened.</summary>
    public static async Task<Guid> OpenTwoStage(this DrawsHost host, CreateLotRequest? request = null)
    {
        var lot = await host.Draft(request ?? host.AskedTwice());
        var deposit = (await host.Two(lot)).Terms.Deposit;
        await host.Committer.Submit<Done>(new FillWallet(DrawsHost.Operator, deposit));
        var paid = await host.PayDeposit(lot);
        Assert.Null(paid.Refusal);
        var opened = await host.Open(lot);
        Assert.Null(opened.Refusal);
        return lot;
    }

    public static Task<Result<bool>> PayDeposit(this DrawsHost host, Guid lot, string? from = null, string? key = null) =>
        host.In<DepositDesk, Result<bool>>(d => d.Pay(DrawsHost.As(DrawsHost.Operator, isOperator: true), lot, from, key ?? Ids.New().ToString(), Ct));

    public static Task<Result<Lot>> Open(this DrawsHost host, Guid lot) =>
        host.In<LotOpening, Result<Lot>>(o => o.Open(DrawsHost.As(DrawsHost.Operator, isOperator: true), lot, Ct));

    public static Task<Result<Purchase>> Apply(this DrawsHost host, Guid user, Guid lot, int quantity = 1, long mileage = 0, string? key = null) =>
        host.In<Applications, Result<Purchase>>(a => a.Apply(DrawsHost.As(user), lot, quantity, mileage, key ?? Ids.New().ToString(), Ct));

    public static Task<Result<(SecondPaid Paid, bool Replayed)>> PaySecond(this DrawsHost host, Guid user, Guid lot, string? key = null) =>
        host.In<SecondPayments, Result<(SecondPaid Paid, bool Replayed)>>(p => p.Pay(DrawsHost.As(user), lot, key ?? Ids.New().ToString(), Ct));

    public static Task<Result<Win>> Waive(this DrawsHost host, Guid user, Guid lot) => host.In<Waivers, Result<Win>>(w => w.Waive(DrawsHost.As(user), lot, Ct));

    public static async Task<Draws.TwoStage> Two(this DrawsHost host, Guid lot) => await host.Get<TwoStageReader>().Get(lot, Ct);

    /// <summary>So many people with one application each, who have the money for it and no more.</summary>
    public static async Task<List<Guid>> Crowd(this DrawsHost host, Guid lot, int people, long minor = 10_000)
    {
        var users = new List<Guid>();
        for (var i = 0; i < people; i++)
        {
            var user = await host.Buyer(minor);
            Assert.Null((await host.Apply(user, lot)).Refusal);
            users.Add(user);
        }
        return users;
    }

    /// <summary>Applications end by time and the draw takes place.</summary>
    public static async Task Draw(this DrawsHost host)
    {
        await host.Pass(TimeSpan.FromDays(3));
        await host.Pass(TimeSpan.FromMinutes(1));
    }

    public static Task<List<Win>> Places(this DrawsHost host, Guid lot) => host.Reader.WinsOf(lot, Ct);

    /// <summary>The handover of a place ends, as Delivery tells it.</summary>
    public static async Task<HotResult<Done>> EndDelivery(this DrawsHost host, Guid lot, Win win, bool delivered)
    {
        var ended = await host.Committer.Submit<Done>(new EndDelivery(win.Id, lot, delivered));
        await host.Settle();
        return ended;
    }

    public static Task Fill(this DrawsHost host, Guid user, long minor) => host.Committer.Submit<Done>(new FillWallet(user, minor));

    public static async Task<long> Balance(this DrawsHost host, AccountRef account) => (await host.Get<LedgerReader>().BalanceOf(account, Ct)).Balance;

    public static Task<long> Deposit(this DrawsHost host, Guid lot) => host.Balance(TwoStagePostings.DepositOf(lot, "KZT"));

    public static Task<long> Revenue(this DrawsHost host) => host.Balance(TwoStagePostings.RevenueOf("KZT"));

    public static Task<long> Rounding(this DrawsHost host) => host.Balance(TwoStagePostings.RoundingOf("KZT"));

    public static Task<long> Mileage(this DrawsHost host, Guid user) => host.Balance(TwoStagePostings.MileageOf(user, "KZT"));

    /// <summary>The law of the place makes this of first payments.</summary>
    public static void FirstPaymentsAre(this DrawsHost host, string mode)
    {
        var modes = SaleModes.All.ToDictionary(m => m, m => new ModeRule(ModeAnswer.Open, "A test.", m == SaleModes.TwoStage ? mode : null));
        host.Town.Place = new Jurisdiction(FakeTown.OpenToAll with { Modes = modes }, null);
    }
}
