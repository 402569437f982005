using Fairground.Fairness;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Fairground.Draws;

/// <summary>What there is to tell between two looks at a lot.</summary>
internal sealed class LotNews(DrawsReader reader, TwoStageReader twoStages, IServiceScopeFactory scopes)
{
    /// <summary>From nothing to the lot as it is now gives the snapshot; from before to now gives what is new.</summary>
    public async Task<List<LiveEvent>> Between(Sale? from, Sale to, CancellationToken ct)
    {
        var events = new List<LiveEvent>();
        if (from is null || from.Sold != to.Sold || from.State != to.State || from.ClosesAt != to.ClosesAt)
        {
            var two = to.Kind == LotKind.TwoStage ? await twoStages.Find(to.LotId, ct) : null;
            events.Add(LiveEvent.Of("sold", to, new { to.Sold, to.Entries, to.PercentSold, State = to.State.Wire(), to.ClosesAt, two?.Applicants, two?.Terms.Predicted }));
        }
        if (to.DrawsAt is not null && (from?.DrawsAt is null || from.Step != to.Step)) events.Add(await Closed(to, ct));
        if (IsDrawn(to) && !IsDrawn(from)) events.Add(await Result(to, ct));
        if (from?.State != to.State && to.State is LotState.Cancelled or LotState.Refunded) events.Add(LiveEvent.Of("cancelled", to, new { State = to.State.Wire() }));
        return events;
    }

    private async Task<LiveEvent> Closed(Sale sale, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var lot = await scope.ServiceProvider.GetRequiredService<DrawsContext>().Lots.AsNoTracking().FirstAsync(l => l.Id == sale.LotId, ct);
        var schedule = DrawSchedule.Of(LotTerms.Read(lot), sale.ClosedAt!.Value, sale.DrawDelay);
        long? round = schedule.IsBeacon && schedule.Source(sale.Step) is DrandEntropy chain ? chain.RoundAtOrAfter(schedule.DecidesAt(sale.Step)) : null;
        return LiveEvent.Of("closed", sale, new { sale.DrawsAt, Root = Convert.ToHexStringLower(sale.Root!), Size = sale.Sold, Round = round, sale.Step, Closing = await reader.Closing(sale.LotId, ct) });
    }

    private async Task<LiveEvent> Result(Sale sale, CancellationToken ct)
    {
        var wins = await reader.WinsOf(sale.LotId, ct);
        var (beacon, randomness) = (await reader.Beacon(sale.LotId, ct), sale.Secret);
        // Reserves stand after the winners, in the order in which they were drawn.
        var winners = wins.Where(w => w.State != WinState.Reserve).Select(w => new { w.Place, w.Seq, w.Number });
        var reserves = wins.Where(w => w.State == WinState.Reserve).Select(w => new { w.Place, w.Seq, w.Number });
        return LiveEvent.Of("drawn", sale, new
        {
            Secret = sale.Secret is null ? null : Convert.ToHexStringLower(sale.Secret),
            Beacon = beacon is null ? null : CanonicalJson.Parse(beacon.Published),
            Randomness = (beacon?.Randomness ?? randomness) is { } bytes ? Convert.ToHexStringLower(bytes) : null,
            Winners = winners,
            Reserves = reserves,
        });
    }

    private static bool IsDrawn(Sale? sale) => sale?.State is LotState.Drawn or LotState.Settled;
}
