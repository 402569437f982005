using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Messaging;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Fairground.Draws;

/// <summary>Tells every holder what happens to a lot: the time of the draw, the result, a refund (C-20, C-21, C-22, C-28). One message a person and fact; a repeat sends nothing twice.</summary>
internal sealed class DrawAnnouncements(IServiceScopeFactory scopes, DrawsReader reader, TwoStageReader lots) : IEventConsumer
{
    public string Name => "draws.announcements";

    public IReadOnlyCollection<string> Topics { get; } = [LotClosed.Name, LotDrawn.Name, LotCancelled.Name, LotExtended.Name, DrawSwitched.Name, ReserveCalled.Name, WinnerReminded.Name, WinLapsed.Name];

    public async Task Handle(EventEnvelope envelope, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var send = new LotMail(scope.ServiceProvider, reader, envelope);
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

    private static async Task Closed(LotMail send, LotClosed closed, CancellationToken ct)
    {
        var lot = await send.Lot(closed.LotId, ct);
        if (lot.IsTwoStage) return;
        await send.ToHolders(lot, holding => DrawLetters.Closed(lot, closed, holding.Count), ct);
    }

    private async Task Drawn(LotMail send, LotDrawn drawn, CancellationToken ct)
    {
        var lot = await send.Lot(drawn.LotId, ct);
        if (lot.IsTwoStage) return;
        var wins = await reader.WinsOf(drawn.LotId, ct);
        var winners = wins.Where(w => w.State != WinState.Reserve && w.Place < lot.Winners).ToList();
        var byPerson = wins.ToDictionary(w => w.UserId);
        var numbers = winners.ConvertAll(w => w.Number);
        var place = await send.Place(drawn.ShopId, ct);
        await send.ToHolders(lot, holding =>
        {
            if (byPerson.GetValueOrDefault(holding.UserId) is not { } win) return DrawLetters.NotWon(lot, numbers, null);
            return win.Place < lot.Winners ? DrawLetters.Won(lot, win, drawn.Cash, place) : DrawLetters.NotWon(lot, numbers, (win.Place - winners.Count + 1, win.Number));
        }, ct, winners.Select(w => w.UserId).ToHashSet());
    }

    private async Task Cancelled(LotMail send, LotCancelled cancelled, CancellationToken ct)
    {
        var lot = await send.Lot(cancelled.LotId, ct);
        var setAside = lot.IsTwoStage && (await lots.Get(lot.Id, ct)).Terms.Mode == FirstPaymentMode.Authorised;
        var byMileage = await lots.SpentMileage(lot.Id, ct);
        await send.ToHolders(
            lot, holding => DrawLetters.Cancelled(lot, cancelled, holding.Count, setAside ? DrawLetters.LetGo : byMileage.Contains(holding.UserId) ? DrawLetters.WithMileage : DrawLetters.ToWallet), ct);
    }

    private static async Task Extended(LotMail send, LotExtended extended, CancellationToken ct)
    {
        var lot = await send.Lot(extended.LotId, ct);
        await send.ToHolders(lot, _ => DrawLetters.Extended(lot, extended.ClosesAt), ct);
    }

    private static async Task Switched(LotMail send, DrawSwitched switched, CancellationToken ct)
    {
        var lot = await send.Lot(switched.LotId, ct);
        await send.ToHolders(lot, _ => DrawLetters.Switched(lot, switched), ct);
    }

    private async Task Called(LotMail send, ReserveCalled called, CancellationToken ct)
    {
        var lot = await send.Lot(called.LotId, ct);
        if (lot.IsTwoStage) return;
        if (await reader.Win(called.WinId, ct) is not { } win) return;
        await send.ToWinner(lot, win, DrawLetters.Called(lot, win, await send.Place(lot.ShopId, ct)), ct);
    }

    private async Task Reminded(LotMail send, WinnerReminded reminded, CancellationToken ct)
    {
        var lot = await send.Lot(reminded.LotId, ct);
        if (lot.IsTwoStage) return;
        if (await reader.Win(reminded.WinId, ct) is not { State: WinState.Drawn } win) return;
        await send.ToWinner(lot, win, DrawLetters.Reminded(lot, win, await send.Place(lot.ShopId, ct)), ct);
    }

    private async Task Lapsed(LotMail send, WinLapsed lapsed, CancellationToken ct)
    {
        var lot = await send.Lot(lapsed.LotId, ct);
        if (lot.IsTwoStage) return;
        if (await reader.Win(lapsed.WinId, ct) is not { } win) return;
        await send.ToWinner(lot, win, DrawLetters.Lapsed(lot, win), ct);
    }
}
