using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Xunit;

namespace Fairground.Draws.Tests.TwoStage;

/// <summary>People who are erased or have two accounts joined while two-stage lots have something of theirs.</summary>
public sealed class TwoStagePeopleTests
{
    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task WhoeverLeftADepositIsErasedOnceItHasComeBack(DatabaseKind kind)
    {
        await using var host = await DrawsHost.Start(kind);
        var lot = await host.OpenTwoStage();
        var held = Assert.Single(await Data(host, d => d.HoldsBack([DrawsHost.Operator], DrawsHost.Ct)));
        Assert.Equal(("lot.deposit_open", lot), (held.Code, held.Details.Single(d => d.Name == "lotId").Value));
        Assert.Equal([(lot, 10_000, DepositState.Paid)], await Exported(host));
        await host.Pass(TimeSpan.FromDays(3));
        Assert.Equal(LotState.Refunded, await host.StateOf(lot));
        Assert.Empty(await Data(host, d => d.HoldsBack([DrawsHost.Operator], DrawsHost.Ct)));
        Assert.Equal([(lot, 10_000, DepositState.Ended)], await Exported(host));
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task MileageOfAnAccountThatIsJoinedIsSpentByTheOneThatStays(DatabaseKind kind)
    {
        await using var host = await DrawsHost.Start(kind);
        var lot = await host.OpenTwoStage(host.AskedTwice() with { MileageRate = "5", MileageDays = 30 });
        var crowd = await host.Crowd(lot, 11);
        await host.Draw();
        var place = (await host.Places(lot))[0];
        // One account is joined before it has its mileage, the other after; joining goes on being done now and then.
        var (early, late, into) = (crowd.First(u => u != place.UserId), crowd.Last(u => u != place.UserId), await host.Buyer(10_000));
        await Join(host, early, into);
        await host.EndDelivery(lot, place, delivered: true);
        Assert.Equal((500, 500, 0), (await host.Mileage(early), await host.Mileage(late), await host.Mileage(into)));
        for (var again = 0; again < 2; again++)
        {
            await Join(host, early, into);
            await Join(host, late, into);
            Assert.Equal((0, 0, 1_000), (await host.Mileage(early), await host.Mileage(late), await host.Mileage(into)));
            await host.Audit();
        }
        Assert.Null((await host.Apply(into, await host.OpenTwoStage(), mileage: 400)).Refusal);
        await host.Pass(TimeSpan.FromDays(30));
        Assert.Equal(0, await host.Mileage(into));
        await host.Audit();
    }

    private static Task<bool> Join(DrawsHost host, Guid from, Guid into) => Data(host, async data =>
    {
        await data.Join(from, into, DrawsHost.Ct);
        return true;
    });

    private static Task<T> Data<T>(DrawsHost host, Func<DrawsData, Task<T>> use) => host.In<IEnumerable<IPersonalData>, T>(all => use(all.OfType<DrawsData>().Single()));

    private static Task<List<(Guid Lot, long Deposit, DepositState State)>> Exported(DrawsHost host) => Data(host, async data =>
    {
        var archive = new Archive();
        await data.Write([DrawsHost.Operator], archive, DrawsHost.Ct);
        return archive.Deposits;
    });

    /// <summary>Keeps what it is given of deposits.</summary>
    private sealed class Archive : IDataArchive
    {
        public List<(Guid Lot, long Deposit, DepositState State)> Deposits { get; } = [];

        public async Task Add<T>(string name, string about, IAsyncEnumerable<T> rows, CancellationToken ct)
        {
            await foreach (var _ in rows.WithCancellation(ct)) { }
        }

        public Task Add<T>(string name, string about, IEnumerable<T> rows, CancellationToken ct)
        {
            if (rows is IEnumerable<MyDeposit> deposits) Deposits.AddRange(deposits.Select(d => (d.LotId, d.AmountMinor, Enum.Parse<DepositState>(d.State, ignoreCase: true))));
            return Task.CompletedTask;
        }
    }
}
