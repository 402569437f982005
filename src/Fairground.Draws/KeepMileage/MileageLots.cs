using System.Globalization;

namespace Fairground.Draws;

/// <summary>A person's mileage of one currency, by when it expires. Changed only by hot commands.</summary>
internal sealed record MileageRow(Guid AccountId, Guid UserId, string Currency, MileageLots Lots);

/// <summary>So much mileage that lives until then.</summary>
/// <param name="ExpiresAt">Null for ever.</param>
internal readonly record struct MileageLot(DateTimeOffset? ExpiresAt, long Amount);

/// <summary>Lots of mileage, the first to expire first: what lapses soonest is spent first (D-17). Pure.</summary>
internal sealed class MileageLots
{
    public static readonly MileageLots None = new([]);

    private readonly IReadOnlyList<MileageLot> lots;

    private MileageLots(IReadOnlyList<MileageLot> lots) => this.lots = lots;

    public IReadOnlyList<MileageLot> All => lots;

    public long Sum => lots.Sum(l => l.Amount);

    /// <summary>When the first lot expires; null where none does.</summary>
    public DateTimeOffset? FirstExpiry => lots.Count == 0 ? null : lots[0].ExpiresAt;

    /// <summary>What can be spent at this moment: a lot whose time has passed waits only for the clock.</summary>
    public long SpendableAt(DateTimeOffset now) => lots.Where(l => l.ExpiresAt is null || l.ExpiresAt > now).Sum(l => l.Amount);

    /// <summary>With so much more.</summary>
    public MileageLots Add(long amount, DateTimeOffset? expiresAt)
    {
        if (amount == 0) return this;
        var at = expiresAt is { } e ? LotTerms.WholeSeconds(e) : (DateTimeOffset?)null;
        var same = lots.FirstOrDefault(l => l.ExpiresAt == at);
        var more = lots.Where(l => l.ExpiresAt != at).Append(new MileageLot(at, checked(same.Amount + amount)));
        return new MileageLots([.. more.OrderBy(l => l.ExpiresAt ?? DateTimeOffset.MaxValue)]);
    }

    /// <summary>After so much was spent of what can be, and the latest expiry among it.</summary>
    public (MileageLots Left, DateTimeOffset? Latest) Spend(long amount, DateTimeOffset now)
    {
        var (left, latest, kept) = (amount, (DateTimeOffset?)null, new List<MileageLot>());
        foreach (var lot in lots)
        {
            var taken = lot.ExpiresAt is null || lot.ExpiresAt > now ? Math.Min(left, lot.Amount) : 0;
            left -= taken;
            if (taken > 0) latest = lot.ExpiresAt;
            if (lot.Amount > taken) kept.Add(lot with { Amount = lot.Amount - taken });
        }
        return left == 0 ? (new MileageLots(kept), latest) : throw new InvalidOperationException($"There is {amount - left} mileage, not {amount}.");
    }

    /// <summary>Without what has expired, and how much that was.</summary>
    public (MileageLots Left, long Expired) Expire(DateTimeOffset now)
    {
        var kept = lots.Where(l => l.ExpiresAt is null || l.ExpiresAt > now).ToList();
        return (new MileageLots(kept), Sum - kept.Sum(l => l.Amount));
    }

    /// <summary>The stored form: <c>seconds:amount</c>, separated by spaces; 0 seconds for ever.</summary>
    public string Write() => string.Join(' ', lots.Select(l => string.Create(CultureInfo.InvariantCulture, $"{l.ExpiresAt?.ToUnixTimeSeconds() ?? 0}:{l.Amount}")));

    public static MileageLots Read(string stored)
    {
        if (stored.Length == 0) return None;
        var lots = new List<MileageLot>();
        foreach (var one in stored.Split(' '))
        {
            var colon = one.IndexOf(':', StringComparison.Ordinal);
            var seconds = long.Parse(one.AsSpan(0, colon), CultureInfo.InvariantCulture);
            lots.Add(new MileageLot(seconds == 0 ? null : DateTimeOffset.FromUnixTimeSeconds(seconds), long.Parse(one.AsSpan(colon + 1), CultureInfo.InvariantCulture)));
        }
        return new MileageLots(lots);
    }
}
