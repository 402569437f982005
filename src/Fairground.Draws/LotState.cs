using System.Collections.Frozen;

namespace Fairground.Draws;

/// <summary>How a lot sells. The numbers are stored.</summary>
internal enum LotKind
{
    /// <summary>Certificates and one draw (C-09).</summary>
    Certificates = 0,

    /// <summary>Applications, a draw, and a second payment (D-10).</summary>
    TwoStage = 1,
}

/// <summary>Where a lot stands in its life. The numbers are stored.</summary>
internal enum LotState
{
    Draft = 0,
    Open = 1,
    SoldOut = 2,
    Closed = 3,
    Drawing = 4,
    Drawn = 5,
    Settled = 6,
    Cancelled = 7,
    Refunded = 8,
}

/// <summary>Where a drawn place stands. The numbers are stored.</summary>
internal enum WinState
{
    /// <summary>Drawn as a reserve and not called.</summary>
    Reserve = 0,

    /// <summary>Won, and waiting for the winner until the claim deadline.</summary>
    Drawn = 1,

    /// <summary>The goods were handed over.</summary>
    Claimed = 2,

    /// <summary>The deadline passed.</summary>
    Unclaimed = 3,

    /// <summary>The cash alternative was paid into the winner's wallet.</summary>
    Paid = 4,

    /// <summary>Drawn in a two-stage lot, and has the second payment to make until the deadline.</summary>
    Candidate = 5,

    /// <summary>A final buyer, who waits for the goods.</summary>
    Bought = 6,

    /// <summary>A candidate who gave up.</summary>
    Waived = 7,

    /// <summary>A candidate who did not pay in time.</summary>
    Unpaid = 8,

    /// <summary>The seller did not deliver; the buyer is paid back.</summary>
    NotDelivered = 9,
}

/// <summary>The state machine of lots and wins: every step that exists; any other throws.</summary>
internal static class States
{
    /// <summary>All legal steps of a lot.</summary>
    public static readonly FrozenSet<(LotState From, LotState To)> OfLots = new[]
    {
        (LotState.Draft, LotState.Open),         // the seller opens it; the terms are frozen
        (LotState.Draft, LotState.Cancelled),    // the seller drops it
        (LotState.Open, LotState.SoldOut),       // the last certificate is bought
        (LotState.Open, LotState.Closed),        // the deadline came, or the seller closed early, and the draw goes on
        (LotState.Open, LotState.Cancelled),     // not sold out and the terms say refund; or the operator stops it
        (LotState.SoldOut, LotState.Closed),     // the draw is prepared
        (LotState.SoldOut, LotState.Cancelled),  // the operator stops it before the list is frozen
        (LotState.Closed, LotState.Cancelled),   // the list was not published before its round was known
        (LotState.Closed, LotState.Drawing),     // the list is frozen and published; the draw is announced
        (LotState.Drawing, LotState.Drawn),      // the winners are known
        (LotState.Drawing, LotState.Cancelled),  // no published source of randomness answered in time
        (LotState.Drawn, LotState.Settled),      // every win has ended and the shop is credited
        (LotState.Cancelled, LotState.Refunded), // everyone has the money back
    }.ToFrozenSet();

    /// <summary>All legal steps of a win.</summary>
    public static readonly FrozenSet<(WinState From, WinState To)> OfWins = new[]
    {
        (WinState.Reserve, WinState.Drawn),   // called, because one before was not claimed
        (WinState.Drawn, WinState.Claimed),   // handed over
        (WinState.Drawn, WinState.Unclaimed), // the deadline passed
        (WinState.Drawn, WinState.Paid),      // paid in cash, as the terms say for a lot that was not sold out
        (WinState.Reserve, WinState.Candidate),     // called, because a candidate before did not become the buyer
        (WinState.Candidate, WinState.Bought),      // made the second payment
        (WinState.Candidate, WinState.Waived),      // gave up
        (WinState.Candidate, WinState.Unpaid),      // let the deadline pass
        (WinState.Bought, WinState.Claimed),        // has the goods and approved
        (WinState.Bought, WinState.NotDelivered),   // the seller did not deliver
    }.ToFrozenSet();

    /// <summary>The state after a step; throws where there is no such step.</summary>
    public static LotState Step(LotState from, LotState to) => OfLots.Contains((from, to))
        ? to
        : throw new InvalidOperationException($"A lot does not go from {from} to {to}.");

    /// <inheritdoc cref="Step(LotState, LotState)"/>
    public static WinState Step(WinState from, WinState to) => OfWins.Contains((from, to))
        ? to
        : throw new InvalidOperationException($"A win does not go from {from} to {to}.");

    /// <summary>The state as the API writes it.</summary>
    public static string Wire(this LotState state) => state switch
    {
        LotState.SoldOut => "sold_out",
        _ => state.ToString().ToLowerInvariant(),
    };

    /// <inheritdoc cref="Wire(LotState)"/>
    public static string Wire(this WinState state) => state == WinState.NotDelivered ? "not_delivered" : state.ToString().ToLowerInvariant();

    /// <summary>The kind as terms and API write it.</summary>
    public static string Wire(this LotKind kind) => kind == LotKind.TwoStage ? Lot.TwoStage : Lot.Certificates;

    /// <summary>Reads a state as the API writes it.</summary>
    public static bool TryParse(string text, out LotState state)
    {
        foreach (var candidate in Enum.GetValues<LotState>())
        {
            if (!string.Equals(candidate.Wire(), text, StringComparison.OrdinalIgnoreCase)) continue;
            state = candidate;
            return true;
        }
        state = default;
        return false;
    }
}
