using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Messaging;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Fairground.Draws;

/// <summary>Tells every holder what happens to a lot: the time of the draw, the result, a refund (C-20, C-21, C-22, C-28). One message a person and fact; a repeat sends nothing twice.</summary>
internal sealed class DrawAnnouncements(IServiceScopeFactory scopes, DrawsReader reader) : IEventConsumer
{
    private const int PageSize = 500;

    public string Name => "draws.announcements";

    public IReadOnlyCollection<string> Topics { get; } = [LotClosed.Name, LotDrawn.Name, LotCancelled.Name, LotExtended.Name, DrawSwitched.Name, ReserveCalled.Name, WinnerReminded.Name, WinLapsed.Name];

    public async Task Handle(EventEnvelope envelope, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var send = new Sending(scope.ServiceProvider, envelope);
        switch (envelope.Topic)
        {
            case LotClosed.Name:
                await Closed(send, envelope.Read<LotClosed>(), ct);
                break;
            case LotDrawn.Name:
                await Drawn(send, envelope.Read<LotDrawn>(), ct);
                break;
            case LotCancelled.Name:
                await Cancelled(send, envelope.Read<LotCancelled>(), ct);
                break;
            case LotExtended.Name:
                await Extended(send, envelope.Read<LotExtended>(), ct);
                break;
            case DrawSwitched.Name:
                await Switched(send, envelope.Read<DrawSwitched>(), ct);
                break;
            case ReserveCalled.Name:
                await Called(send, envelope.Read<ReserveCalled>(), ct);
                break;
            case WinnerReminded.Name:
                await Reminded(send, envelope.Read<WinnerReminded>(), ct);
                break;
            case WinLapsed.Name:
                await Lapsed(send, envelope.Read<WinLapsed>(), ct);
                break;
        }
    }

    private async Task Closed(Sending send, LotClosed closed, CancellationToken ct)
    {
        var lot = await send.Lot(closed.LotId, ct);
        var prize = closed.Cash ? $" The lot did not sell out, so the winners share {lot.CashPercent} % of what was collected, as its terms say." : "";
        await ToHolders(send, closed.LotId, holding => (
            $"The draw of {lot.Title} is on {Words.Time(closed.DrawsAt)}",
            $"The sale of {lot.Title} has ended with {closed.Size} certificates; you hold {holding.Count}. The draw takes place on {Words.Time(closed.DrawsAt)}.{prize} " +
            $"You can follow it at /lots/{closed.LotId}. The list of entries is frozen; its root, which you may keep to check the draw, is {closed.Root}.{(closed.Round is { } round ? $" It is decided by round {round} of the public beacon that the terms name, which nobody can know before that time." : "")}"), ct);
    }

    private async Task Drawn(Sending send, LotDrawn drawn, CancellationToken ct)
    {
        var lot = await send.Lot(drawn.LotId, ct);
        var wins = await reader.WinsOf(drawn.LotId, ct);
        var winners = wins.Where(w => w.State != WinState.Reserve && w.Place < lot.Winners).ToList();
        var byPerson = wins.ToDictionary(w => w.UserId);
        var numbers = string.Join(", ", winners.Select(w => w.Number));
        var address = await send.Address(drawn.ShopId, ct);
        await ToHolders(send, drawn.LotId, holding =>
        {
            var win = byPerson.GetValueOrDefault(holding.UserId);
            if (win is not null && win.Place < lot.Winners) return Words.Won(lot, win, drawn.Cash, address);
            var place = win is null ? "" : $" Your certificate {win.Number} is reserve {win.Place - winners.Count + 1}: if a winner does not collect, you are called.";
            return ($"The draw of {lot.Title} has taken place",
                $"The winning number{(winners.Count == 1 ? " is" : "s are")} {numbers}. Yours did not win this time, and your certificates of this lot are annulled.{place} " +
                $"Anyone can check the draw at /lots/{drawn.LotId}.");
        }, ct, winners.Select(w => w.UserId).ToHashSet());
    }

    private async Task Cancelled(Sending send, LotCancelled cancelled, CancellationToken ct)
    {
        var lot = await send.Lot(cancelled.LotId, ct);
        var (why, said) = (cancelled.Reason switch
        {
            Cancellation.Stopped => "was cancelled",
            Cancellation.NoRandomness => "could not be drawn, because no source of randomness that its terms name answered in the time that they give",
            Cancellation.ClosedTooLate => "could not be drawn, because its list could not be published before the round that was to decide",
            _ => "did not sell out",
        }, cancelled.Note is { } note ? $" The reason given: {note.TrimEnd('.')}." : "");
        await ToHolders(send, cancelled.LotId, holding => (
            $"Your money for {lot.Title} comes back",
            $"{lot.Title} {why}, so there is no draw.{said} What you paid, {new Money(checked(lot.Nominal * holding.Count), Currency.Of(lot.Currency))}, goes back into your wallet."), ct);
    }

    private async Task Extended(Sending send, LotExtended extended, CancellationToken ct)
    {
        var lot = await send.Lot(extended.LotId, ct);
        await ToHolders(send, extended.LotId, _ => (
            $"The sale of {lot.Title} goes on",
            $"{lot.Title} has not sold out yet. As its terms say, the sale goes on once, until {Words.Time(extended.ClosesAt)}. If it does not sell out by then, you get your money back."), ct);
    }

    private async Task Switched(Sending send, DrawSwitched switched, CancellationToken ct)
    {
        var lot = await send.Lot(switched.LotId, ct);
        await ToHolders(send, switched.LotId, _ => (
            $"The draw of {lot.Title} is put off",
            $"The source of randomness of {lot.Title} has not answered. As its terms say, step {switched.Step} of the published order decides instead; nobody chose it. The draw takes place on {Words.Time(switched.DrawsAt)}."), ct);
    }

    private async Task Called(Sending send, ReserveCalled called, CancellationToken ct)
    {
        var lot = await send.Lot(called.LotId, ct);
        if (await reader.Win(called.WinId, ct) is not { } win) return;
        var (subject, text) = Words.Won(lot, win, false, await send.Address(lot.ShopId, ct));
        await send.Send([(win.UserId, subject, $"The prize was not collected by the one before you in the published order, so it is yours. {text}")], ct, new HashSet<Guid> { win.UserId });
    }

    private async Task Reminded(Sending send, WinnerReminded reminded, CancellationToken ct)
    {
        var lot = await send.Lot(reminded.LotId, ct);
        if (await reader.Win(reminded.WinId, ct) is not { State: WinState.Drawn } win) return;
        await send.Send([(win.UserId, $"Your prize waits: {lot.Title}",
            $"Your certificate {win.Number} won {lot.Title}, and it has not been collected. It waits at {await send.Address(lot.ShopId, ct)} until {Words.Time(win.ClaimBy!.Value)}: " +
            $"open your wins at /me/wins and show the code there. {(lot.Unclaimed == UnclaimedPolicy.NextReserve && lot.Reserves > 0 ? "After that the next in reserve is called." : "After that the shop keeps it.")}")], ct, new HashSet<Guid> { win.UserId });
    }

    private async Task Lapsed(Sending send, WinLapsed lapsed, CancellationToken ct)
    {
        var lot = await send.Lot(lapsed.LotId, ct);
        if (await reader.Win(lapsed.WinId, ct) is not { } win) return;
        await send.Send([(win.UserId, $"The time to collect has passed: {lot.Title}",
            $"Your certificate {win.Number} won {lot.Title}, and nobody collected it by {Words.Time(win.ClaimBy!.Value)}, although we wrote to you {Win.EveryContact} times. By the terms of the lot it is no longer yours.")], ct, new HashSet<Guid> { win.UserId });
    }

    private async Task ToHolders(Sending send, Guid lotId, Func<Holding, (string Subject, string Text)> write, CancellationToken ct, IReadOnlySet<Guid>? wins = null)
    {
        for (var after = Guid.Empty; ;)
        {
            var page = await reader.Holdings(lotId, after, PageSize, unsettledOnly: false, ct);
            if (page.Count == 0) return;
            await send.Send([.. page.Select(h => (h.UserId, write(h).Subject, write(h).Text))], ct, wins);
            after = page[^1].UserId;
        }
    }

    /// <summary>What one event needs to write its messages.</summary>
    private sealed class Sending(IServiceProvider services, EventEnvelope envelope)
    {
        public async Task<Lot> Lot(Guid lotId, CancellationToken ct) =>
            await services.GetRequiredService<DrawsContext>().Lots.AsNoTracking().FirstAsync(l => l.Id == lotId, ct);

        public async Task<string> Address(Guid shopId, CancellationToken ct) =>
            Words.Counter(await services.GetRequiredService<IGoods>().FindShop(shopId, ct));

        public async Task Send(IReadOnlyList<(Guid UserId, string Subject, string Text)> texts, CancellationToken ct, IReadOnlySet<Guid>? wins = null)
        {
            var people = await services.GetRequiredService<IPeople>().FindMany([.. texts.Select(t => t.UserId)], ct);
            var messages = texts.Where(t => people.ContainsKey(t.UserId)).Select(t => new Message(
                Ids.Derive("draws.message", envelope.Id.ToString("N"), t.UserId.ToString("N")),
                people[t.UserId].Contact, people[t.UserId].Channel, t.Subject, t.Text, people[t.UserId].UserId, Kind: wins?.Contains(t.UserId) == true ? MessageKind.Wins : MessageKind.Draws)).ToList();
            if (messages.Count > 0) await services.GetRequiredService<IMessages>().Send(messages, ct);
        }
    }
}
