using System.Security.Claims;
using System.Text.Json.Serialization;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Draws;

/// <summary>What the viewer holds of a lot.</summary>
internal sealed record MyShare(int Count);

/// <summary>Why there is no draw.</summary>
/// <param name="Code"><c>not_sold_out</c>, <c>nobody_bought</c>, <c>too_few</c> applications, or <c>stopped</c> by a person.</param>
/// <param name="Reason">What that person said.</param>
internal sealed record CancellationView(string Code, string? Reason, DateTimeOffset At);

/// <summary>What the server found when it recomputed the draw from what it publishes.</summary>
/// <param name="State"><c>proved</c> where every check passed, else <c>failed</c>.</param>
/// <param name="Checks">Checks that passed.</param>
/// <param name="Sentence">The outcome in words.</param>
internal sealed record ProofCheckView(string State, DateTimeOffset CheckedAt, int Checks, string Sentence)
{
    public const string Proved = "proved";
    public const string Failed = "failed";
}

/// <summary>A lot as everyone may see it. Times are UTC.</summary>
/// <param name="DrawsAt">When it is drawn. Pages have it once the closing has fixed it; the API gives, before that, the latest time that <c>closesAt</c> allows, and null where there is no draw.</param>
/// <param name="TermsHash">Null while it is a draft.</param>
/// <param name="Nominal">The price of one entry: of a certificate, or of an application as its first payment.</param>
/// <param name="ClaimSeconds">How long a winner has to collect; of a two-stage lot, a candidate to pay.</param>
/// <param name="TwoStage">What a two-stage lot has beside others; null for certificates.</param>
/// <param name="PriceAsOf">Set where the shop's system did not answer at the opening: when it said the price last.</param>
internal sealed record LotView(
    Guid LotId,
    Guid ProductId,
    Guid ShopId,
    string? ShopName,
    string Title,
    string? PictureUrl,
    string Kind,
    string State,
    int Entries,
    int Sold,
    decimal PercentSold,
    Money Nominal,
    Money Price,
    DateTimeOffset? OpenedAt,
    DateTimeOffset ClosesAt,
    DateTimeOffset? ClosedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] DateTimeOffset? DrawsAt,
    int DrawDelaySeconds,
    int ClaimSeconds,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? TermsHash,
    string UnsoldPolicy,
    int? CashPercent,
    bool Cash,
    bool Extended,
    int Winners,
    int Reserves,
    int MaxEntriesPerPerson,
    string Entropy,
    string UnclaimedPolicy,
    string? OutcomesHash,
    MyShare? Mine,
    CancellationView? Cancellation = null,
    ProofCheckView? ProofCheck = null,
    DateTimeOffset? PriceAsOf = null,
    TwoStageView? TwoStage = null)
{
    /// <summary>As the API gives it: with the planned time of the draw until the closing fixes one.</summary>
    public LotView Planned() => DrawsAt is null && State is "open" or "sold_out" or "closed" ? this with { DrawsAt = (ClosedAt ?? ClosesAt).AddSeconds(DrawDelaySeconds) } : this;
}

/// <summary>Which lots to list.</summary>
/// <param name="State">States as the API writes them, with commas between; null or empty for all.</param>
/// <param name="Query">Words that the title holds, each of them.</param>
internal sealed record LotFilter(string? State = null, Guid? Shop = null, Guid? Product = null, string? Cursor = null, int Take = 24, string? Query = null);

/// <summary>Shows lots; page and API call this. Drafts are seen by the people of their shop and operators only.</summary>
internal sealed class LotViews(DrawsContext context, DrawsReader reader, TwoStageReader twoStages, IGoods goods, IShopAccess shops, IPeople people)
{
    private const int MostWords = 8;

    /// <summary>One lot; refusal <c>lot.not_found</c>.</summary>
    public async Task<Result<LotView>> Find(ClaimsPrincipal user, Guid lotId, CancellationToken ct)
    {
        var sale = await reader.Sale(lotId, ct);
        if (sale is null) return DrawsRefusals.LotNotFound;
        if (IsHidden(sale) && !await shops.MayAct(user, sale.ShopId, Access.ShopStaff, ct)) return DrawsRefusals.LotNotFound;
        var held = 0;
        foreach (var id in user.TryUserId() is { } me ? await people.IdsOf(me, ct) : []) held += (await reader.Holding(lotId, id, ct))?.Count ?? 0;
        var view = (await Views([sale], ct))[0] with { Mine = user.TryUserId() is null ? null : new MyShare(held) };
        if (held == 0 || view.TwoStage is null || !view.IsDrawn()) return view;
        return view with { TwoStage = view.TwoStage with { Mine = await Place(sale, await people.IdsOf(user.UserId(), ct), ct) } };
    }

    /// <summary>Newest first. Refusals: <c>request.invalid</c> for an unknown state, <c>request.cursor_invalid</c>.</summary>
    public async Task<Result<Page<LotView>>> List(ClaimsPrincipal user, LotFilter filter, CancellationToken ct)
    {
        var cursor = Cursor.Read(filter.Cursor);
        if (cursor.Refused) return cursor.Refusal!;
        var before = Guid.AllBitsSet;
        if (cursor.Value is { } text && !Guid.TryParse(text, out before)) return CommonRefusals.CursorInvalid;
        var states = new List<int>();
        foreach (var name in (filter.State ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (!States.TryParse(name, out var state)) return CommonRefusals.InvalidRequest.Saying(T["There is no state \"{0}\".", name], ("field", "state"));
            states.Add((int)state);
        }
        var take = Math.Clamp(filter.Take, 1, 100);
        var sales = await Sales(user, filter, states, before, take + 1, ct);
        var more = sales.Count > take;
        if (more) sales.RemoveAt(take);
        return new Page<LotView>(await Views(sales, ct), more ? Cursor.Write(sales[^1].LotId.ToString()) : null);
    }

    /// <summary>The shops that have lots.</summary>
    public Task<List<Guid>> Sellers(CancellationToken ct) => reader.List("select distinct shop_id from draws_sale", r => r.Uuid(0), ct);

    private async Task<List<Sale>> Sales(ClaimsPrincipal user, LotFilter filter, List<int> states, Guid before, int take, CancellationToken ct)
    {
        var where = new List<string> { "s.lot_id < @before" };
        var values = new List<(string, object)> { ("@before", before), ("@take", take) };
        if (states.Count > 0) where.Add($"s.state in ({string.Join(',', states)})");
        if (filter.Shop is { } shop)
        {
            where.Add("s.shop_id = @shop");
            values.Add(("@shop", shop));
        }
        if (filter.Product is { } product)
        {
            where.Add("s.lot_id in (select l.id from draws_lot l where l.product_id = @product)");
            values.Add(("@product", product));
        }
        foreach (var (word, i) in LotTerms.Searched(filter.Query ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Take(MostWords).Select((w, i) => (w, i)))
        {
            where.Add($"s.lot_id in (select l.id from draws_lot l where l.title_search like @word{i} escape '!')");
            values.Add(($"@word{i}", $"%{word.Replace("!", "!!", StringComparison.Ordinal).Replace("%", "!%", StringComparison.Ordinal).Replace("_", "!_", StringComparison.Ordinal)}%"));
        }
        var seesDrafts = filter.Shop is { } own ? await shops.MayAct(user, own, Access.ShopStaff, ct) : user.IsOperator();
        if (!seesDrafts) where.Add("s.terms_hash is not null");
        return await reader.List(
            $"select {DrawsTables.SaleList} from draws_sale s where {string.Join(" and ", where)} order by s.lot_id desc limit @take",
            DrawsTables.ReadSale, ct, [.. values]);
    }

    // Only who was a candidate has a payment; of a reserve that is not called there is nothing to say here.
    private async Task<MyPlace?> Place(Sale sale, IReadOnlyList<Guid> person, CancellationToken ct)
    {
        if (await twoStages.PlaceOf(sale.LotId, person, ct) is not { } win || await twoStages.Payment(win.Id, ct) is not { } owed) return null;
        return TwoStageView.PlaceOf(win, owed, sale.Currency);
    }

    private static bool IsHidden(Sale sale) => sale.TermsHash is null;

    private async Task<List<LotView>> Views(IReadOnlyList<Sale> sales, CancellationToken ct)
    {
        var ids = sales.Select(s => s.LotId).ToList();
        var lots = await context.Lots.AsNoTracking().Where(l => ids.Contains(l.Id)).ToDictionaryAsync(l => l.Id, ct);
        var products = await goods.FindProducts([.. lots.Values.Select(l => l.ProductId).Distinct()], ct);
        var places = await goods.FindShops([.. sales.Select(s => s.ShopId).Distinct()], ct);
        var cancelled = await Cancellations([.. sales.Where(s => s.State is LotState.Cancelled or LotState.Refunded).Select(s => s.LotId)], ct);
        var drawn = sales.Where(s => s.State is LotState.Drawn or LotState.Settled).Select(s => s.LotId).ToList();
        var checks = drawn.Count == 0 ? [] : await context.ProofChecks.AsNoTracking().Where(c => drawn.Contains(c.LotId)).ToDictionaryAsync(c => c.LotId, ct);
        var twos = await twoStages.FindMany([.. sales.Where(s => s.Kind == LotKind.TwoStage).Select(s => s.LotId)], ct);
        return [.. sales.Select(s => View(lots[s.LotId], s, products.GetValueOrDefault(lots[s.LotId].ProductId), places.GetValueOrDefault(s.ShopId)) with
        {
            Cancellation = cancelled.GetValueOrDefault(s.LotId),
            TwoStage = twos.TryGetValue(s.LotId, out var two) ? TwoStageView.Of(s, two) : null,
            ProofCheck = checks.GetValueOrDefault(s.LotId) is { } c ? new ProofCheckView(c.Holds ? ProofCheckView.Proved : ProofCheckView.Failed, c.CheckedAt, c.Passed, c.Sentence) : null,
        })];
    }

    private static string? OutcomesOf(Lot lot) =>
        lot.OutcomesJson is { } text ? Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text))) : null;

    private async Task<Dictionary<Guid, CancellationView>> Cancellations(IReadOnlyList<Guid> ids, CancellationToken ct)
    {
        if (ids.Count == 0) return [];
        var named = ids.Select((id, i) => ($"@p{i}", (object)id)).ToArray();
        var rows = await reader.List(
            $"select c.lot_id, c.code, c.reason, c.at from draws_cancellation c where c.lot_id in ({string.Join(", ", named.Select(n => n.Item1))})",
            r => (LotId: r.Uuid(0), Why: new CancellationView(r.Text(1), r.TextOrNull(2), r.Instant(3))), ct, named);
        return rows.ToDictionary(r => r.LotId, r => r.Why);
    }

    private static LotView View(Lot lot, Sale sale, ProductInfo? product, ShopInfo? shop)
    {
        var currency = Currency.Of(lot.Currency);
        return new LotView(
            lot.Id, lot.ProductId, lot.ShopId, shop?.Name, lot.Title, product?.PictureUrl, lot.Kind, sale.State.Wire(),
            sale.Entries, sale.Sold, sale.PercentSold, new Money(sale.Nominal, currency), new Money(lot.Price, currency),
            lot.OpenedAt, sale.ClosesAt, sale.ClosedAt, sale.DrawsAt, sale.DrawDelaySeconds, sale.ClaimSeconds,
            sale.TermsHash is null ? null : Convert.ToHexStringLower(sale.TermsHash),
            sale.Policy.Wire(), sale.Policy == UnsoldPolicy.CashAlternative ? sale.CashPercent : null, sale.Cash, sale.Extended,
            lot.Winners, lot.Reserves, sale.Cap, lot.Entropy, lot.Unclaimed.Wire(), OutcomesOf(lot), null, PriceAsOf: LotTerms.PriceAsOf(lot));
    }
}
