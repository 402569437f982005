using System.Globalization;
using Fairground.Kernel;
using Fairground.Ledger.GroupCommit;

namespace Fairground.Draws;

/// <summary>A reserve that was called; added with the step itself and never changed.</summary>
/// <param name="Place">The place that was called.</param>
/// <param name="Instead">The place whose holder fell out.</param>
/// <param name="Reason">One of <see cref="Fairness.ReserveCall.Reasons"/>.</param>
internal sealed record CalledReserve(Guid LotId, int Place, int Instead, string Reason, DateTimeOffset At);

/// <summary>Calls reserves: always the next place of the order that the draw published, never another, and each place once.
/// Whoever ends a win (a lapsed prize, an unpaid second stage) uses this and nothing else.</summary>
internal static class ReserveCalls
{
    /// <summary>What calling needs: the reserve that would be next.</summary>
    /// <param name="nextPlace">As last read; the rule refuses where it has moved on.</param>
    public static LoadPlan NextReserve(this LoadPlan plan, Guid lotId, int nextPlace) => plan.Row(DrawsTables.Wins, Win.IdOf(lotId, nextPlace));

    /// <summary>Ends a win for good and, where the terms and the order have another, calls the next reserve.</summary>
    /// <param name="ended">The win in its final state.</param>
    public static Decision EndAndCall(this Decision decision, GroupState state, Sale sale, Win ended, string reason, DateTimeOffset now)
    {
        if (!Fairness.ReserveCall.Reasons.Contains(reason)) throw new InvalidOperationException($"Nobody is called because of \"{reason}\".");
        decision.Change(DrawsTables.Wins, ended);
        var goesOn = sale.Unclaimed == UnclaimedPolicy.NextReserve && sale.NextPlace < sale.Places;
        if (!goesOn) return decision.Change(DrawsTables.Sales, sale.WinEnded(now));
        var reserve = state.Row(DrawsTables.Wins, Win.IdOf(sale.LotId, sale.NextPlace))
            ?? throw new InvalidOperationException($"Lot {sale.LotId} lacks place {sale.NextPlace.ToString(CultureInfo.InvariantCulture)}.");
        var called = reserve.Begin(sale, now);
        return decision
            .Change(DrawsTables.Wins, called)
            .Add(DrawsTables.Contacts, called.FirstContact(now))
            .Add(DrawsTables.Calls, new CalledReserve(sale.LotId, reserve.Place, ended.Place, reason, LotTerms.WholeSeconds(now)))
            .Change(DrawsTables.Sales, sale with { NextPlace = sale.NextPlace + 1 })
            .Publish(new ReserveCalled(sale.LotId, reserve.Id, sale.ShopId));
    }
}
