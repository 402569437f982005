using Fairground.Kernel.Messaging;
using Microsoft.Extensions.DependencyInjection;

namespace Fairground.Draws;

/// <summary>Tells applicants, candidates and buyers what happens to a two-stage lot (D-08, D-11, D-15, D-18). One message a person and fact; a repeat sends nothing twice.</summary>
internal sealed class TwoStageAnnouncements(IServiceScopeFactory scopes, DrawsReader reader, TwoStageReader lots) : IEventConsumer
{
    public string Name => "draws.two-stage-announcements";

    public IReadOnlyCollection<string> Topics { get; } = [LotClosed.Name, LotDrawn.Name, ReserveCalled.Name, WinnerReminded.Name, WinLapsed.Name, FinalBuyerKnown.Name, LotSettled.Name];

    public async Task Handle(EventEnvelope envelope, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var send = new LotMail(scope.ServiceProvider, reader, envelope);
        var (lotId, winId) = About(envelope);
        var lot = await send.Lot(lotId, ct);
        if (!lot.IsTwoStage) return;
        switch (envelope.Topic)
        {
            case LotClosed.Name:
                var closed = envelope.Read<LotClosed>();
                await send.ToHolders(lot, holding => TwoStageLetters.Closed(lot, closed, holding.Count), ct);
                break;
            case LotDrawn.Name:
                await Drawn(send, lot, ct);
                break;
            case LotSettled.Name:
                await Settled(send, lot, ct);
                break;
            default:
                await One(send, lot, winId!.Value, envelope.Topic, ct);
                break;
        }
    }

    private static (Guid Lot, Guid? Win) About(EventEnvelope envelope) => envelope.Topic switch
    {
        LotClosed.Name => (envelope.Read<LotClosed>().LotId, null),
        LotDrawn.Name => (envelope.Read<LotDrawn>().LotId, null),
        LotSettled.Name => (envelope.Read<LotSettled>().LotId, null),
        ReserveCalled.Name => (envelope.Read<ReserveCalled>().LotId, envelope.Read<ReserveCalled>().WinId),
        WinnerReminded.Name => (envelope.Read<WinnerReminded>().LotId, envelope.Read<WinnerReminded>().WinId),
        WinLapsed.Name => (envelope.Read<WinLapsed>().LotId, envelope.Read<WinLapsed>().WinId),
        _ => (envelope.Read<FinalBuyerKnown>().LotId, envelope.Read<FinalBuyerKnown>().WinId),
    };

    // Who needs to pay nothing more is told as a buyer, by the event that says so.
    private async Task Drawn(LotMail send, Lot lot, CancellationToken ct)
    {
        var wins = await reader.WinsOf(lot.Id, ct);
        var owed = (await lots.Payments(lot.Id, ct)).ToDictionary(p => p.WinId);
        var (byPerson, drawn) = (wins.ToDictionary(w => w.UserId), wins.Where(w => w.Place < lot.Winners).ToList());
        var numbers = drawn.ConvertAll(w => w.Number);
        await send.ToHolders(lot, holding =>
        {
            if (byPerson.GetValueOrDefault(holding.UserId) is not { } win) return TwoStageLetters.NotDrawn(lot, numbers, null);
            if (win.Place >= lot.Winners) return TwoStageLetters.NotDrawn(lot, numbers, (win.Place - drawn.Count + 1, win.Number));
            return win.ClaimBy is not null && owed[win.Id] is { Amount: > 0 } payment ? TwoStageLetters.Candidate(lot, win, payment, called: false) : null;
        }, ct, drawn.Select(w => w.UserId).ToHashSet());
    }

    private async Task Settled(LotMail send, Lot lot, CancellationToken ct)
    {
        var two = await lots.Get(lot.Id, ct);
        var buyers = (await reader.WinsOf(lot.Id, ct)).Where(w => w.State is WinState.Claimed or WinState.NotDelivered).Select(w => w.UserId).ToHashSet();
        await send.ToHolders(lot, holding => buyers.Contains(holding.UserId) ? null : TwoStageLetters.Settled(lot, two, holding.Count), ct);
    }

    private async Task One(LotMail send, Lot lot, Guid winId, string topic, CancellationToken ct)
    {
        if (await reader.Win(winId, ct) is not { } win || await lots.Payment(winId, ct) is not { } owed) return;
        var words = topic switch
        {
            FinalBuyerKnown.Name => TwoStageLetters.Bought(lot, win, owed),
            WinLapsed.Name => TwoStageLetters.Lapsed(lot, win),
            // What came too late to be true any more is not said.
            _ when win.State != WinState.Candidate => null,
            ReserveCalled.Name => TwoStageLetters.Candidate(lot, win, owed, called: true),
            _ => TwoStageLetters.Reminded(lot, win, owed),
        };
        if (words is not null) await send.ToWinner(lot, win, words, ct);
    }
}
