using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Storage;
using Fairground.Ledger.GroupCommit;
using Fairground.Payments.ResolvePayments;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Fairground.Payments.PayTheRest;

/// <summary>Ends orders, on one node at a time.</summary>
internal sealed class OrderWorker(IServiceScopeFactory scopes, Leases leases, TimeProvider time, ILogger<OrderWorker> logger)
    : LeasedWorker("payments.orders", TimeSpan.FromMilliseconds(500), leases, time, logger)
{
    protected override async Task<bool> RunOnce(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<OrderRunner>().RunDue(ct);
    }
}

/// <summary>
/// Buys what was ordered once its payment has come, and lets go what was not paid. Every step has a key that follows from the order, so a server that dies half way buys once. What could not be
/// bought leaves all the money in the wallet, and the person is told.
/// </summary>
internal sealed class OrderRunner(PaymentsContext context, PaymentResolver resolver, GroupCommitter ledger, ICertificateBuying buying, IOrganisations organisations, IPeople people, IMessages messages, TimeProvider time)
{
    private const int Batch = 100;

    /// <summary>Ends what can be ended; true where more may be waiting.</summary>
    public async Task<bool> RunDue(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var due = await context.Orders.AsNoTracking().Where(o => o.State == OrderState.Waiting)
            .Where(o => o.ExpiresAt <= now || context.Payments.Any(p => p.Id == o.PaymentId && p.State != PaymentState.Pending)).OrderBy(o => o.ExpiresAt).Take(Batch).ToListAsync(ct);
        foreach (var order in due) await End(order, ct);
        return due.Count == Batch;
    }

    private async Task End(PurchaseOrder order, CancellationToken ct)
    {
        var payment = await context.Payments.AsNoTracking().FirstAsync(p => p.Id == order.PaymentId, ct);
        // Who paid in the last minute is not told that it has lapsed: the company is asked once more.
        if (payment.State == PaymentState.Pending && await resolver.Resolve(payment, ct) is { Refused: false } seen) payment = seen.Value;
        if (payment.State == PaymentState.Succeeded) await Buy(order, ct);
        // Told with the event of it: whoever pays in this very moment has bought, and hears nothing of a lapse.
        else await ledger.Submit<OrderTurned>(EndOrder.Lapse(order));
    }

    private async Task Buy(PurchaseOrder order, CancellationToken ct)
    {
        var freed = await ledger.Submit<OrderTurned>(EndOrder.Free(order));
        if (freed.Refusal is { } away) throw new InvalidOperationException($"An order could not be freed: {away.Code}.");
        // Given up since it was read: the money stays in the wallet.
        if (freed.Value.State != OrderState.Waiting) return;
        var bought = await buying.Buy(order.UserId, order.LotId, order.Quantity, $"order {order.Id:N}", ct);
        // Busy or away: it is taken up again at the next turn, with the same key.
        if (bought.Refusal is { Kind.IsTransient: true } busy) throw new InvalidOperationException($"An order could not be bought: {busy.Code}.");
        if (bought.Refusal is { } refusal)
        {
            await Tell(order, new Wording("payments.order_not_bought") { ["title"] = order.Title, ["quantity"] = order.Quantity, ["amount"] = order.MoneyOf(order.Total), ["reason"] = BuyByRule.RuleLetters.Word(refusal.Code), ["page"] = "/wallet" }, ct);
            await ledger.Submit<OrderTurned>(EndOrder.Of(order, "not_bought", OrderState.NotBought, refusal.Code));
            return;
        }
        await Tell(order, new Wording("payments.order_bought") { ["title"] = order.Title, ["quantity"] = order.Quantity, ["amount"] = order.MoneyOf(order.Total), ["page"] = $"/lots/{order.LotId}" }, ct);
        await TellSeller(order, ct);
        await ledger.Submit<OrderTurned>(EndOrder.Of(order, "bought", OrderState.Bought, purchase: bought.Value.PurchaseId));
    }

    // Told before it is noted, under an id that follows from the order: what breaks off in between is told once.
    private async Task Tell(PurchaseOrder order, Wording words, CancellationToken ct)
    {
        if (await people.Find(order.UserId, ct) is { } person) await messages.Send([OrderAnnouncements.Letter(order.Id, order.LotId, order.Title, person, words)], ct);
    }

    // Whose goods they are learns what was paid for, and not by whom.
    private async Task TellSeller(PurchaseOrder order, CancellationToken ct)
    {
        if (await buying.Offer(order.LotId, ct) is not { } lot) return;
        var owners = (await organisations.PeopleIn(lot.ShopId, ct)).Where(p => p.Value == ShopRole.Owner).Select(p => p.Key).ToList();
        var words = new Wording("payments.order_sold") { ["title"] = order.Title, ["quantity"] = order.Quantity, ["amount"] = order.MoneyOf(order.Total), ["page"] = $"/lots/{order.LotId}" };
        var told = (await people.FindMany(owners, ct)).Values.DistinctBy(p => p.UserId).Select(p => new Message(
            Ids.Derive("payments.order_message", order.Id.ToString("N"), words.Template, p.UserId.ToString("N")), p.Contact, p.Channel, words, p.UserId, Kind: MessageKind.Draws, About: new MessageTopic($"/lots/{order.LotId}", order.Title))).ToList();
        if (told.Count > 0) await messages.Send(told, ct);
    }
}
