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
        await ToHolders(send, lot, holding => DrawLetters.Closed(lot, closed, holding.Count), ct);
    }

    private async Task Drawn(Sending send, LotDrawn drawn, CancellationToken ct)
    {
        var lot = await send.Lot(drawn.LotId, ct);
        var wins = await reader.WinsOf(drawn.LotId, ct);
        var winners = wins.Where(w => w.State != WinState.Reserve && w.Place < lot.Winners).ToList();
        var byPerson = wins.ToDictionary(w => w.UserId);
        var numbers = winners.ConvertAll(w => w.Number);
        var place = await send.Place(drawn.ShopId, ct);
        await ToHolders(send, lot, holding =>
        {
            if (byPerson.GetValueOrDefault(holding.UserId) is not { } win) return DrawLetters.NotWon(lot, numbers, null);
            return win.Place < lot.Winners ? DrawLetters.Won(lot, win, drawn.Cash, place) : DrawLetters.NotWon(lot, numbers, (win.Place - winners.Count + 1, win.Number));
        }, ct, winners.Select(w => w.UserId).ToHashSet());
    }

    private async Task Cancelled(Sending send, LotCancelled cancelled, CancellationToken ct)
    {
        var lot = await send.Lot(cancelled.LotId, ct);
        await ToHolders(send, lot, holding => DrawLetters.Cancelled(lot, cancelled, holding.Count), ct);
    }

    private async Task Extended(Sending send, LotExtended extended, CancellationToken ct)
    {
        var lot = await send.Lot(extended.LotId, ct);
        await ToHolders(send, lot, _ => DrawLetters.Extended(lot, extended.ClosesAt), ct);
    }

    private async Task Switched(Sending send, DrawSwitched switched, CancellationToken ct)
    {
        var lot = await send.Lot(switched.LotId, ct);
        await ToHolders(send, lot, _ => DrawLetters.Switched(lot, switched), ct);
    }

    private async Task Called(Sending send, ReserveCalled called, CancellationToken ct)
    {
        var lot = await send.Lot(called.LotId, ct);
        if (await reader.Win(called.WinId, ct) is not { } win) return;
        await ToWinner(send, lot, win, DrawLetters.Called(lot, win, await send.Place(lot.ShopId, ct)), ct);
    }

    private async Task Reminded(Sending send, WinnerReminded reminded, CancellationToken ct)
    {
        var lot = await send.Lot(reminded.LotId, ct);
        if (await reader.Win(reminded.WinId, ct) is not { State: WinState.Drawn } win) return;
        await ToWinner(send, lot, win, DrawLetters.Reminded(lot, win, await send.Place(lot.ShopId, ct)), ct);
    }

    private async Task Lapsed(Sending send, WinLapsed lapsed, CancellationToken ct)
    {
        var lot = await send.Lot(lapsed.LotId, ct);
        if (await reader.Win(lapsed.WinId, ct) is not { } win) return;
        await ToWinner(send, lot, win, DrawLetters.Lapsed(lot, win), ct);
    }

    private static Task ToWinner(Sending send, Lot lot, Win win, Wording words, CancellationToken ct) => send.Send(lot, [(win.UserId, words)], ct, new HashSet<Guid> { win.UserId });

    private async Task ToHolders(Sending send, Lot lot, Func<Holding, Wording> write, CancellationToken ct, IReadOnlySet<Guid>? wins = null)
    {
        for (var after = Guid.Empty; ;)
        {
            var page = await reader.Holdings(lot.Id, after, PageSize, unsettledOnly: false, ct);
            if (page.Count == 0) return;
            await send.Send(lot, [.. page.Select(h => (h.UserId, write(h)))], ct, wins);
            after = page[^1].UserId;
        }
    }

    /// <summary>What one event needs to write its messages.</summary>
    private sealed class Sending(IServiceProvider services, EventEnvelope envelope)
    {
        public async Task<Lot> Lot(Guid lotId, CancellationToken ct) =>
            await services.GetRequiredService<DrawsContext>().Lots.AsNoTracking().FirstAsync(l => l.Id == lotId, ct);

        public async Task<string> Place(Guid shopId, CancellationToken ct) =>
            Words.Counter(await services.GetRequiredService<IGoods>().FindShop(shopId, ct));

        public async Task Send(Lot lot, IReadOnlyList<(Guid UserId, Wording Words)> letters, CancellationToken ct, IReadOnlySet<Guid>? wins = null)
        {
            var people = await services.GetRequiredService<IPeople>().FindMany([.. letters.Select(t => t.UserId)], ct);
            var messages = letters.Where(t => people.ContainsKey(t.UserId)).Select(t => new Message(
                Ids.Derive("draws.message", envelope.Id.ToString("N"), t.UserId.ToString("N")),
                people[t.UserId].Contact, people[t.UserId].Channel, t.Words, people[t.UserId].UserId, Kind: wins?.Contains(t.UserId) == true ? MessageKind.Wins : MessageKind.Draws, About: DrawLetters.About(lot))).ToList();
            if (messages.Count > 0) await services.GetRequiredService<IMessages>().Send(messages, ct);
        }
    }
}
