using System.Collections.Concurrent;
using System.Security.Claims;
using System.Text.Json.Nodes;
using Fairground.Fairness;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Draws;

/// <summary>The outcome for one number of sold certificates.</summary>
/// <param name="Ends"><c>refund</c>, <c>draw</c> or <c>cash</c>.</param>
/// <param name="Winners">One certificate wins with odds of at least this in <paramref name="Sold"/>.</param>
/// <param name="WinnerGets">What each winner gets in money; the first ones a minor unit more where it does not divide evenly.</param>
/// <param name="WinnerPays">Two-stage: what each final buyer pays a second time, the first ones perhaps a minor unit more than the others.</param>
/// <param name="ToOperator">Two-stage: fee, cash surplus and remainders.</param>
/// <param name="MileageEach">Two-stage: for each losing application, where everybody holds one.</param>
internal sealed record OutcomeRow(int Sold, string Ends, int Winners, Money Collected, Money ToShop, Money ToWinners, Money ToBuyers, Money WinnerGets,
    Money? WinnerPays = null, Money? ToOperator = null, long? MileageEach = null);

/// <summary>Keeps the tables of opened lots, which never change: one of a million rows takes a while to make.</summary>
internal sealed class OutcomeMemory
{
    private const int Most = 2_000;

    private readonly ConcurrentDictionary<Guid, LotOutcomes> known = new();

    public LotOutcomes Of(Lot lot)
    {
        if (lot.TermsJson is null) return LotOutcomes.Of(lot);
        if (known.TryGetValue(lot.Id, out var table)) return table;
        if (known.Count >= Most) known.Clear();
        return known[lot.Id] = LotOutcomes.Of(lot);
    }
}

/// <summary>The table of a lot, by its kind, and the document.</summary>
internal sealed record FoundOutcomes(LotOutcomes? Table, TwoStageOutcomes? TwoStage, JsonObject Document)
{
    /// <summary>SHA-256 of the canonical document, lower-case hex: <c>outcomes</c> in the terms.</summary>
    public string Hash() => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(CanonicalJson.Serialize(Document)));
}

/// <summary>Shows outcome tables; page and API call this.</summary>
internal sealed class Outcomes(DrawsContext context, OutcomeMemory memory, TwoStageReader twoStages, IShopAccess shops)
{
    /// <summary>The table of a lot: from the terms once it was opened, before that a preview for the people of its shop. Refusal: <c>lot.not_found</c>.</summary>
    public async Task<Result<FoundOutcomes>> Find(ClaimsPrincipal user, Guid lotId, CancellationToken ct)
    {
        var lot = await context.Lots.AsNoTracking().FirstOrDefaultAsync(l => l.Id == lotId, ct);
        if (lot is null) return DrawsRefusals.LotNotFound;
        if (lot.TermsJson is null && !await shops.MayAct(user, lot.ShopId, Access.ShopStaff, ct)) return DrawsRefusals.LotNotFound;
        var published = lot.OutcomesJson is { } text ? (JsonObject)CanonicalJson.Parse(text)! : null;
        if (lot.IsTwoStage)
        {
            var two = new TwoStageOutcomes((await twoStages.Get(lotId, ct)).Terms, lot.Currency, lot.Entries);
            return new FoundOutcomes(null, two, published ?? two.Published().ToJson());
        }
        var table = memory.Of(lot);
        return new FoundOutcomes(table, null, published ?? table.ToJson());
    }
}

/// <summary><c>GET lots/{id}/outcomes</c> and <c>GET lots/{id}/outcomes/{sold}</c>.</summary>
internal static class OutcomeEndpoints
{
    /// <summary>The exact published text, so that its SHA-256 is <c>outcomes</c> in the terms.</summary>
    public static async Task<IResult> Document(Guid lotId, Outcomes outcomes, HttpContext http, CancellationToken ct)
    {
        var found = await outcomes.Find(http.User, lotId, ct);
        return found.Refused ? Problems.Of(found.Refusal!) : Results.Text(CanonicalJson.Text(found.Value.Document), "application/json; charset=utf-8");
    }

    /// <summary>One row. Refusals: <c>lot.not_found</c>, <c>lot.sold_out_of_range</c>.</summary>
    public static async Task<Results<Ok<OutcomeRow>, ProblemHttpResult>> Row(Guid lotId, int sold, Outcomes outcomes, HttpContext http, CancellationToken ct)
    {
        var found = await outcomes.Find(http.User, lotId, ct);
        if (found.Refused) return Problems.Of(found.Refusal!);
        if (found.Value.TwoStage is { } two) return sold < 0 || sold > two.Entries ? Problems.Of(DrawsRefusals.SoldOutOfRange.With(("entries", two.Entries))) : TypedResults.Ok(TwoStageRow(two, sold));
        var table = found.Value.Table!;
        if (sold < 0 || sold > table.Entries) return Problems.Of(DrawsRefusals.SoldOutOfRange.With(("entries", table.Entries)));
        var (row, currency) = (table.At(sold), Currency.Of(table.Currency));
        Money Of(long minor) => new(minor, currency);
        return TypedResults.Ok(new OutcomeRow(
            sold, row.Wire, row.Winners, Of(row.Collected), Of(row.ToShop), Of(row.ToWinners), Of(row.ToBuyers), Of(row.Share(table.Currency))));
    }

    private static OutcomeRow TwoStageRow(TwoStageOutcomes table, int applications)
    {
        var (row, currency) = (table.At(applications), Currency.Of(table.Currency));
        Money Of(long minor) => new(minor, currency);
        return new OutcomeRow(
            applications, row.Drawn ? "draw" : "refund", row.Winners, Of(row.Collected), Of(row.ToSeller), Of(0), Of(checked(row.Refund * applications)), Of(0),
            Of(row.WinnerPays), Of(row.ToOperator), row.MileageEach);
    }
}
