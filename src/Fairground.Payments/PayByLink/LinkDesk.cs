using System.Globalization;
using Fairground.Kernel;
using Fairground.Ledger.GroupCommit;
using Fairground.Ledger.Protection;
using Fairground.Payments.ResolvePayments;
using Fairground.Payments.StartTopUp;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Payments.PayByLink;

/// <summary>Why a link is refused.</summary>
internal static class LinkRefusals
{
    public static readonly RefusalKind NotFound = new("payment_link.not_found", 404, "There is no such payment link. It may not be complete.");
    public static readonly RefusalKind Paid = new("payment_link.paid", 409, "This has been paid already.");
    public static readonly RefusalKind Expired = new("payment_link.expired", 410, "This payment link has lapsed. Ask for a new one.");
}

/// <summary>A person wants a link that somebody can pay.</summary>
internal sealed record MakeLink(CommandKey Key, Guid LinkId, Guid UserId, Money Amount) : IHotCommand;

/// <summary>The first one's id, so that a repeat gets the same link.</summary>
internal sealed record LinkMade(Guid LinkId);

/// <summary>Decides <see cref="MakeLink"/>. Refusals: <c>payment.amount_out_of_range</c>, <c>protection.excluded</c>, <c>protection.on_break</c>.</summary>
internal sealed class MakeLinkRule : HotRule<MakeLink, LinkMade>
{
    public override void Needs(MakeLink command, LoadPlan plan) => plan.Guard(command.UserId).Row(PaymentLink.Table, command.LinkId);

    public override Decision Decide(MakeLink command, GroupState state, DateTimeOffset now)
    {
        if (TopUpLimits.Check(command.Amount) is { } refusal) return Refuse(refusal);
        if (Guarding.CheckDeposit(state, command.UserId, now) is { } kept) return Refuse(kept);
        return Accept(new LinkMade(command.LinkId))
            .Change(PaymentLink.Table, new PaymentLink(command.LinkId, command.UserId, command.Amount.Minor, command.Amount.Currency.Code, now, now + PaymentLink.Lifetime));
    }
}

/// <summary>A link as it stands: <c>open</c>, <c>paid</c> or <c>expired</c>.</summary>
internal sealed record LinkStanding(PaymentLink Link, string State, IReadOnlyList<Payment> Payments);

/// <summary>Makes links, and lets whoever has one pay it; for the endpoints and the pages.</summary>
internal sealed class LinkDesk(PaymentsContext context, GroupCommitter ledger, TopUpDesk topUps, PaymentResolver resolver, WayBack way, IEnumerable<IPaymentGateway> gateways, TimeProvider time)
{
    /// <summary>The ways by which somebody else can pay: those with a page of their own.</summary>
    public IReadOnlyList<IPaymentGateway> Offered(Currency currency) => [.. gateways.Where(g => g.CanBeAsked && g.Takes(currency))];

    /// <summary>Refusals: <c>payment.gateway_not_offered</c>, those of <see cref="MakeLinkRule"/>, <c>idempotency.key_reused</c>, the ledger's.</summary>
    public async Task<Result<(PaymentLink Link, bool Replayed)>> Make(Guid userId, Money amount, string key, CancellationToken ct)
    {
        if (Offered(amount.Currency).Count == 0) return PaymentRefusals.GatewayNotOffered;
        var commandKey = CommandKey.For(userId, key, "payments.link", amount.Minor.ToString(CultureInfo.InvariantCulture), amount.Currency.Code);
        var made = await ledger.Submit<LinkMade>(new MakeLink(commandKey, Ids.New(), userId, amount));
        if (made.Refusal is { } refusal) return refusal;
        return (await context.Links.AsNoTracking().FirstAsync(l => l.Id == made.Value.LinkId, ct), made.Replayed);
    }

    /// <summary>The link of a token, or null.</summary>
    /// <param name="ask">Somebody comes back from a company's page: payments that have not ended are asked about.</param>
    public async Task<LinkStanding?> Find(string? token, bool ask, CancellationToken ct) => way.LinkOf(token) is { } id ? await Find(id, ask, ct) : null;

    /// <summary>The newest links of a person.</summary>
    public async Task<IReadOnlyList<LinkStanding>> Of(Guid userId, int take, CancellationToken ct)
    {
        var links = await context.Links.AsNoTracking().Where(l => l.UserId == userId).OrderByDescending(l => l.Id).Take(take).ToListAsync(ct);
        var ids = links.Select(l => (Guid?)l.Id).ToList();
        var payments = (await context.Payments.AsNoTracking().Where(p => ids.Contains(p.LinkId)).ToListAsync(ct)).ToLookup(p => p.LinkId);
        return [.. links.Select(l => Standing(l, [.. payments[l.Id]]))];
    }

    /// <summary>Starts a payment of the link, or finds the one that was started. Refusals: <c>payment_link.paid</c>, <c>payment_link.expired</c>, and those of a top-up.</summary>
    /// <param name="gateway">The way of paying; null for the first.</param>
    public async Task<Result<ReadyToPay>> Pay(LinkStanding standing, string? gateway, string market, CancellationToken ct)
    {
        if (standing.State == "paid") return LinkRefusals.Paid;
        if (standing.State == "expired") return LinkRefusals.Expired;
        var link = standing.Link;
        if (Offered(link.Money.Currency).FirstOrDefault(g => string.IsNullOrEmpty(gateway) || g.Name == gateway) is not { } way) return PaymentRefusals.GatewayNotOffered;
        // Pressed twice it is one payment; after one that came to nothing it is another.
        var over = standing.Payments.Count(p => p.Gateway == way.Name && p.State != PaymentState.Pending);
        return await topUps.Start(link.UserId, link.Money, way.Name, $"link {link.Id:N} {way.Name} {over}", market, ct, link.Id);
    }

    private async Task<LinkStanding?> Find(Guid id, bool ask, CancellationToken ct)
    {
        if (await context.Links.AsNoTracking().FirstOrDefaultAsync(l => l.Id == id, ct) is not { } link) return null;
        var payments = await context.Payments.AsNoTracking().Where(p => p.LinkId == id).OrderBy(p => p.Id).ToListAsync(ct);
        for (var i = 0; ask && i < payments.Count; i++)
        {
            if (payments[i].State == PaymentState.Pending && await resolver.Resolve(payments[i], ct) is { Refused: false } seen) payments[i] = seen.Value;
        }
        return Standing(link, payments);
    }

    private LinkStanding Standing(PaymentLink link, IReadOnlyList<Payment> payments) =>
        new(link, payments.Any(p => p.State == PaymentState.Succeeded) ? "paid" : link.ExpiresAt <= time.GetUtcNow() ? "expired" : "open", payments);
}
