using Fairground.Kernel;

namespace Fairground.Draws;

/// <summary>The living part of a lot: all that a hot decision needs, in one narrow row. Changed only by hot commands.</summary>
/// <param name="Entries">Certificates that can be sold.</param>
/// <param name="Sold">Certificates sold; their seqs are 1 to this.</param>
/// <param name="Cap">Certificates one person may hold.</param>
/// <param name="Nominal">Price of a certificate in minor units.</param>
/// <param name="ClosesAt">The effective deadline: the announced one, or so that the draw is within a week of the first paid certificate (C-21).</param>
/// <param name="DueAt">When the next step of the lot's life is due; null where only a person can move it.</param>
/// <param name="Cash">True where the winners get money because the lot did not sell out.</param>
/// <param name="Secret">The revealed secret, once drawn.</param>
/// <param name="Places">Places drawn: winners and reserves.</param>
/// <param name="NextPlace">The next reserve to be called.</param>
/// <param name="OpenWins">Wins that have not ended.</param>
/// <param name="ClaimSeconds">How long a winner has to collect, from being drawn or called.</param>
/// <param name="Unclaimed">What follows where nobody collects.</param>
/// <param name="Step">The step of the published fail-over that is in force; 0 for the first source.</param>
/// <param name="Kind">How the lot sells.</param>
/// <param name="Least">With fewer entries than this there is no draw.</param>
internal sealed record Sale(
    Guid LotId,
    Guid ShopId,
    LotState State,
    int Entries,
    int Sold,
    int Cap,
    long Nominal,
    string Currency,
    DateTimeOffset ClosesAt,
    DateTimeOffset? ExtendedClosesAt,
    bool Extended,
    DateTimeOffset? FirstPaidAt,
    DateTimeOffset? DueAt,
    UnsoldPolicy Policy,
    int CashPercent,
    bool Cash,
    int DrawDelaySeconds,
    byte[]? TermsHash,
    DateTimeOffset? ClosedAt,
    DateTimeOffset? DrawsAt,
    byte[]? Root,
    byte[]? Secret,
    int Places,
    int NextPlace,
    int OpenWins,
    int ClaimSeconds,
    UnclaimedPolicy Unclaimed = UnclaimedPolicy.NextReserve,
    int Step = 0,
    LotKind Kind = LotKind.Certificates,
    int Least = 1)
{
    /// <summary>The draw is no later than this after the first paid certificate (C-21).</summary>
    public static readonly TimeSpan Week = TimeSpan.FromDays(7);

    /// <summary>Certificates still to be had.</summary>
    public int Left => Entries - Sold;

    /// <summary>True once the last certificate was sold, whatever came after; false where the money went back.</summary>
    public bool WasSoldOut => Left == 0 && State is not (LotState.Draft or LotState.Cancelled or LotState.Refunded);

    /// <summary>The draw's delay after closing.</summary>
    public TimeSpan DrawDelay => TimeSpan.FromSeconds(DrawDelaySeconds);

    /// <summary>How long a winner has to collect.</summary>
    public TimeSpan ClaimPeriod => TimeSpan.FromSeconds(ClaimSeconds);

    /// <summary>The state in which a drawn or called place of this lot begins.</summary>
    public WinState Begun => Kind == LotKind.TwoStage ? WinState.Candidate : WinState.Drawn;

    /// <summary>All money collected, minor units.</summary>
    public long Collected => checked(Nominal * Sold);

    /// <summary>The share sold in per cent with one decimal, rounded down so that 100 means sold out (C-19).</summary>
    public decimal PercentSold => Entries == 0 ? 0 : Math.Floor(Sold * 1000m / Entries) / 10;

    /// <summary>True where a certificate may be bought at this moment.</summary>
    public bool IsOpenAt(DateTimeOffset now) => State == LotState.Open && now < ClosesAt;

    /// <summary>The same row in another state, by a legal step only.</summary>
    public Sale To(LotState state, DateTimeOffset? dueAt) => this with { State = States.Step(State, state), DueAt = dueAt };

    /// <summary>After entries were sold: counts them, starts a lot of certificates' week at the first (C-21), and ends the sale with the last.</summary>
    public Sale Sell(int quantity, DateTimeOffset now)
    {
        var sale = this with { Sold = checked(Sold + quantity) };
        if (FirstPaidAt is null)
        {
            var deadline = Kind == LotKind.TwoStage ? ClosesAt : Earlier(ClosesAt, now + Week - DrawDelay);
            sale = sale with { FirstPaidAt = now, ClosesAt = deadline, DueAt = deadline };
        }
        return sale.Left == 0 ? sale.To(LotState.SoldOut, now) : sale;
    }

    /// <summary>After the deadline of a lot with <c>extend-once</c>: the sale goes on, by a week at the most.</summary>
    public Sale Extend(DateTimeOffset now)
    {
        var deadline = Earlier(ExtendedClosesAt ?? now, now + Week - DrawDelay);
        return this with { Extended = true, ClosesAt = deadline, DueAt = deadline };
    }

    /// <summary>After one win ended for good (claimed, paid, or unclaimed with no reserve left): the last one makes the settlement due.</summary>
    public Sale WinEnded(DateTimeOffset now)
    {
        if (State != LotState.Drawn || OpenWins < 1) throw new InvalidOperationException("No win of this lot is open.");
        return this with { OpenWins = OpenWins - 1, DueAt = OpenWins == 1 ? now : DueAt };
    }

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;
}

/// <summary>What one person holds of one lot. Changed only by hot commands.</summary>
/// <param name="Holder">32 bytes: the pseudonym under which the holder stands in the published list.</param>
/// <param name="Settled">True once refunded.</param>
internal sealed record Holding(Guid LotId, Guid UserId, int Count, byte[] Holder, bool Settled);

/// <summary>A sold certificate; added and never changed. Whether it won or is annulled follows from the lot and its wins (C-25).</summary>
internal sealed record Certificate(Guid LotId, Guid PurchaseId, Guid UserId, int Seq, string Number);

/// <summary>A drawn place. Changed only by hot commands; <paramref name="EndedBy"/> and <paramref name="EndedWhere"/> say who handed the goods over and at which address (C-31).</summary>
/// <param name="Place">From 0: winners first, then reserves in the order in which they are called.</param>
/// <param name="Contacts">How often the winner was reached.</param>
/// <param name="ContactAt">When the next message is due; null after the last.</param>
internal sealed record Win(
    Guid Id,
    Guid LotId,
    Guid ShopId,
    Guid UserId,
    int Place,
    int Seq,
    string Number,
    WinState State,
    DateTimeOffset? ClaimBy,
    DateTimeOffset? EndedAt,
    Guid? EndedBy,
    string? EndedWhere,
    int Contacts = 0,
    DateTimeOffset? ContactAt = null)
{
    /// <summary>How often a winner is reached before a prize may lapse: at once, and after each third of the time to collect.</summary>
    public const int EveryContact = 3;

    /// <summary>The same place of the same lot always has the same id.</summary>
    public static Guid IdOf(Guid lotId, int place) => Ids.Derive("draws.win", lotId.ToString("N"), place.ToString(System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>A drawn or called win begins: the time to collect, or to pay, runs, and the winner is told for the first time.</summary>
    public Win Begin(Sale sale, DateTimeOffset now) => (State == sale.Begun ? this : To(sale.Begun)) with
    {
        ClaimBy = LotTerms.WholeSeconds(now) + sale.ClaimPeriod,
        Contacts = 1,
        ContactAt = now + (sale.ClaimPeriod / EveryContact),
    };

    /// <summary>The record of the first message.</summary>
    public WinContact FirstContact(DateTimeOffset now) => new(Id, LotId, 1, now);

    /// <summary>After one more message. One that comes late, because the server was away, puts the deadline off, so that it is no mere formality.</summary>
    public Win Remind(Sale sale, DateTimeOffset now)
    {
        var third = sale.ClaimPeriod / EveryContact;
        var patience = third / 4 > Moment ? third / 4 : Moment;
        var late = now > ContactAt + patience;
        var from = late ? now : ContactAt!.Value;
        return this with
        {
            Contacts = Contacts + 1,
            ContactAt = Contacts + 1 < EveryContact ? from + third : null,
            ClaimBy = late ? Later(ClaimBy, LotTerms.WholeSeconds(now + (third * (EveryContact - Contacts)))) : ClaimBy,
        };
    }

    /// <summary>True where a deadline runs for the winner: to collect, or to pay.</summary>
    public bool Waits => State is WinState.Drawn or WinState.Candidate;

    private static readonly TimeSpan Moment = TimeSpan.FromMinutes(1);

    private static DateTimeOffset? Later(DateTimeOffset? a, DateTimeOffset b) => a > b ? a : b;

    /// <summary>The same row in another state, by a legal step only.</summary>
    public Win To(WinState state) => this with { State = States.Step(State, state) };
}

/// <summary>Why a lot was cancelled; added with the step itself and never changed.</summary>
/// <param name="Code"><c>not_sold_out</c>, <c>nobody_bought</c>, <c>too_few</c>, <c>no_randomness</c>, <c>closed_too_late</c>, or <c>stopped</c> by a person.</param>
/// <param name="Reason">What the person said; null where the terms decided.</param>
internal sealed record Cancellation(Guid LotId, string Code, string? Reason, Guid? By, DateTimeOffset At)
{
    public const string NotSoldOut = "not_sold_out";
    public const string NobodyBought = "nobody_bought";
    public const string TooFew = "too_few";
    public const string Stopped = "stopped";
    public const string NoRandomness = "no_randomness";
    public const string ClosedTooLate = "closed_too_late";
}

/// <summary>The end of the closing log: one row, so that lines form one chain.</summary>
internal sealed record LogHead(Guid Id, long NextLine, string Hash)
{
    public static readonly Guid TheOne = Ids.Derive("draws.closing-log");

    /// <summary>Before the first line.</summary>
    public static readonly LogHead Empty = new(TheOne, 0, Fairness.ClosingLogLine.NoPrevious);
}

/// <summary>A line of the closing log; added and never changed.</summary>
/// <param name="Step">0 for the closing of the lot, else the step of the fail-over that was switched to.</param>
/// <param name="Statement">What was signed.</param>
internal sealed record LogLine(long LineNo, Guid LotId, int Step, string Statement, string Line);

/// <summary>What a draw was decided by; added and never changed.</summary>
/// <param name="Published">The beacon as the bundle carries it, canonical JSON.</param>
/// <param name="Randomness">The 32 bytes that went into the seed.</param>
internal sealed record DrawnBeacon(Guid LotId, string Published, byte[] Randomness);
