using System.Globalization;
using System.Security.Claims;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Draws;

/// <summary>A certificate as its holder sees it.</summary>
/// <param name="State"><c>open</c> until the draw, then <c>won</c>, <c>reserve</c> or <c>annulled</c> (C-25), or of a two-stage lot what became of the place; <c>refunded</c> where the lot was cancelled.</param>
internal sealed record MyCertificate(string Number, int Seq, Guid LotId, string Title, string State, string LotState, Guid PurchaseId, DateTimeOffset PurchasedAt, DateTimeOffset? DrawsAt);

/// <summary>A win as its winner sees it.</summary>
/// <param name="State"><c>drawn</c>, <c>claimed</c>, <c>unclaimed</c> or <c>paid</c>.</param>
/// <param name="CollectAt">Where the goods are handed over (C-30).</param>
internal sealed record MyWin(Guid WinId, Guid LotId, string Title, string Number, int Seq, int Place, string State, bool Cash, DateTimeOffset? ClaimBy, DateTimeOffset? EndedAt, string CollectAt, string? PictureUrl, string UnclaimedPolicy, string Kind = Lot.Certificates);

/// <summary>Shows a person's certificates and wins; page and API call this.</summary>
internal sealed class MyDraws(DrawsContext context, DrawsReader reader, IGoods goods)
{
    private sealed record Row(Guid LotId, int Seq, string Number, Guid PurchaseId, LotState State, DateTimeOffset? DrawsAt, WinState? Win);

    /// <summary>The lots newest first, and within a lot the last bought first. Refusal: <c>request.cursor_invalid</c>.</summary>
    public async Task<Result<Page<MyCertificate>>> Certificates(IReadOnlyList<Guid> person, string? cursor, int take, CancellationToken ct)
    {
        var after = Cursor.Read(cursor);
        if (after.Refused) return after.Refusal!;
        if (!TryPlace(after.Value, out var lotId, out var seq)) return CommonRefusals.CursorInvalid;
        var rows = await reader.List($"""
            select c.lot_id, c.seq, c.number, c.purchase_id, s.state, s.draws_at, w.state from draws_certificate c
            join draws_sale s on s.lot_id = c.lot_id
            left join draws_win w on w.lot_id = c.lot_id and w.seq = c.seq
            where c.user_id in ({DrawsData.Names(person)}) and c.lot_id <= @lot and (c.lot_id < @lot or c.seq < @seq)
            order by c.lot_id desc, c.seq desc limit @take
            """,
            r => new Row(r.Uuid(0), r.Int(1), r.Text(2), r.Uuid(3), (LotState)r.Int(4), r.InstantOrNull(5), r.IsNull(6) ? null : (WinState)r.Int(6)),
            ct, [.. DrawsData.Values(person), ("@lot", lotId), ("@seq", seq), ("@take", take + 1)]);
        var more = rows.Count > take;
        if (more) rows.RemoveAt(take);
        var titles = await Lots([.. rows.Select(r => r.LotId).Distinct()], ct);
        var items = rows.Select(r => new MyCertificate(
            r.Number, r.Seq, r.LotId, titles[r.LotId].Title, StateOf(r.State, r.Win), r.State.Wire(), r.PurchaseId, MadeAt(r.PurchaseId), r.DrawsAt)).ToList();
        return new Page<MyCertificate>(items, more ? Cursor.Write(string.Create(CultureInfo.InvariantCulture, $"{rows[^1].LotId}/{rows[^1].Seq}")) : null);
    }

    /// <summary>Wins and called reserves, the newest lots first.</summary>
    public async Task<IReadOnlyList<MyWin>> Wins(IReadOnlyList<Guid> person, CancellationToken ct)
    {
        var wins = await reader.List(
            $"select {DrawsTables.WinList} from draws_win w where w.user_id in ({DrawsData.Names(person)}) and w.state <> 0 order by w.lot_id desc, w.place limit 500",
            DrawsTables.ReadWin, ct, DrawsData.Values(person));
        var lots = await Lots([.. wins.Select(w => w.LotId).Distinct()], ct);
        var shops = await goods.FindShops([.. wins.Select(w => w.ShopId).Distinct()], ct);
        var products = await goods.FindProducts([.. lots.Values.Select(l => l.ProductId).Distinct()], ct);
        return [.. wins.Select(w => new MyWin(
            w.Id, w.LotId, lots[w.LotId].Title, w.Number, w.Seq, w.Place, w.State.Wire(), w.ClaimBy is null && !lots[w.LotId].IsTwoStage, w.ClaimBy, w.EndedAt,
            Words.Counter(shops.GetValueOrDefault(w.ShopId)),
            products.GetValueOrDefault(lots[w.LotId].ProductId)?.PictureUrl, lots[w.LotId].Unclaimed.Wire(), lots[w.LotId].Kind))];
    }

    /// <summary>A certificate's state follows from the lot and the drawn places. Pure.</summary>
    public static string StateOf(LotState lot, WinState? win) => lot switch
    {
        LotState.Cancelled or LotState.Refunded => "refunded",
        LotState.Drawn or LotState.Settled when win is null => "annulled",
        LotState.Settled when win is WinState.Reserve => "annulled",
        LotState.Drawn or LotState.Settled => win switch { WinState.Reserve => "reserve", >= WinState.Candidate => win.Value.Wire(), _ => "won" },
        _ => "open",
    };

    private async Task<Dictionary<Guid, Lot>> Lots(IReadOnlyList<Guid> ids, CancellationToken ct) =>
        await context.Lots.AsNoTracking().Where(l => ids.Contains(l.Id)).ToDictionaryAsync(l => l.Id, ct);

    private static bool TryPlace(string? cursor, out Guid lotId, out int seq)
    {
        (lotId, seq) = (Guid.AllBitsSet, int.MaxValue);
        if (cursor is null) return true;
        var parts = cursor.Split('/');
        return parts.Length == 2 && Guid.TryParse(parts[0], out lotId) && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out seq);
    }

    // The id of a purchase is a UUIDv7, which begins with the millisecond in which it was made.
    private static DateTimeOffset MadeAt(Guid purchaseId)
    {
        Span<byte> bytes = stackalloc byte[16];
        purchaseId.TryWriteBytes(bytes, bigEndian: true, out _);
        long milliseconds = 0;
        foreach (var b in bytes[..6]) milliseconds = (milliseconds << 8) | b;
        return DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
    }
}

/// <summary><c>GET me/certificates</c> and <c>GET me/wins</c>.</summary>
internal static class MyEndpoints
{
    [EndpointName("ListMyCertificates"), EndpointSummary("My certificates, the newest lots first."), ProducesResponseType<Page<MyCertificate>>(200)]
    public static async Task<IResult> Certificates(string? cursor, MyDraws mine, IPeople people, HttpContext http, CancellationToken ct)
    {
        var page = await mine.Certificates(await people.IdsOf(http.User.UserId(), ct), cursor, 100, ct);
        return page.Refused ? Problems.Of(page.Refusal!) : TypedResults.Ok(page.Value);
    }

    [EndpointName("ListMyWins"), EndpointSummary("What I won, and where to collect it."), ProducesResponseType<IReadOnlyList<MyWin>>(200)]
    public static async Task<IResult> Wins(MyDraws mine, IPeople people, HttpContext http, CancellationToken ct) => TypedResults.Ok(await mine.Wins(await people.IdsOf(http.User.UserId(), ct), ct));
}
