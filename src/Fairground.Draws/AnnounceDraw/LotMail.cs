using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Messaging;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Fairground.Draws;

/// <summary>What one event needs to write its messages: one a person and fact, so that a repeat sends nothing twice.</summary>
internal sealed class LotMail(IServiceProvider services, DrawsReader reader, EventEnvelope envelope)
{
    private const int PageSize = 500;

    public async Task<Lot> Lot(Guid lotId, CancellationToken ct) =>
        await services.GetRequiredService<DrawsContext>().Lots.AsNoTracking().FirstAsync(l => l.Id == lotId, ct);

    public async Task<string> Place(Guid shopId, CancellationToken ct) =>
        Words.Counter(await services.GetRequiredService<IGoods>().FindShop(shopId, ct));

    /// <summary>To the winner of a place.</summary>
    public Task ToWinner(Lot lot, Win win, Wording words, CancellationToken ct) => Send(lot, [(win.UserId, words)], ct, new HashSet<Guid> { win.UserId });

    /// <summary>To everybody who holds an entry, page by page.</summary>
    /// <param name="write">Null where there is nothing to say to a holder.</param>
    /// <param name="wins">For whom it is about a prize.</param>
    public async Task ToHolders(Lot lot, Func<Holding, Wording?> write, CancellationToken ct, IReadOnlySet<Guid>? wins = null)
    {
        for (var after = Guid.Empty; ;)
        {
            var page = await reader.Holdings(lot.Id, after, PageSize, unsettledOnly: false, ct);
            if (page.Count == 0) return;
            await Send(lot, [.. page.Select(h => (h.UserId, Words: write(h))).Where(l => l.Words is not null).Select(l => (l.UserId, l.Words!))], ct, wins);
            after = page[^1].UserId;
        }
    }

    private async Task Send(Lot lot, IReadOnlyList<(Guid UserId, Wording Words)> letters, CancellationToken ct, IReadOnlySet<Guid>? wins = null)
    {
        var people = await services.GetRequiredService<IPeople>().FindMany([.. letters.Select(t => t.UserId)], ct);
        var messages = letters.Where(t => people.ContainsKey(t.UserId)).Select(t => new Message(
            Ids.Derive("draws.message", envelope.Id.ToString("N"), t.UserId.ToString("N")),
            people[t.UserId].Contact, people[t.UserId].Channel, t.Words, people[t.UserId].UserId, Kind: wins?.Contains(t.UserId) == true ? MessageKind.Wins : MessageKind.Draws, About: DrawLetters.About(lot))).ToList();
        if (messages.Count > 0) await services.GetRequiredService<IMessages>().Send(messages, ct);
    }
}
