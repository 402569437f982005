using Fairground.Kernel;
using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Fairground.Draws;

/// <summary>The seller's side and the shop window: <c>lots</c> and what happens to them.</summary>
internal static class LotEndpoints
{
    /// <summary><c>POST lots</c>.</summary>
    public static async Task<Results<Created<CreatedLot>, ProblemHttpResult>> Create(CreateLotRequest request, LotDrafts drafts, HttpContext http, CancellationToken ct)
    {
        var lot = await drafts.Create(http.User, request, ct);
        if (lot.Refused) return Problems.Of(lot.Refusal!);
        var answer = new CreatedLot(lot.Value.Id, lot.Value.Entries, new Money(lot.Value.Nominal, Currency.Of(lot.Value.Currency)));
        return TypedResults.Created($"/api/v1/lots/{answer.LotId}", answer);
    }

    /// <summary><c>POST lots/{id}/opening</c>.</summary>
    public static async Task<Results<Ok<LotView>, ProblemHttpResult>> Open(Guid lotId, LotOpening opening, LotViews views, HttpContext http, CancellationToken ct)
    {
        var lot = await opening.Open(http.User, lotId, ct);
        return lot.Refused ? Problems.Of(lot.Refusal!) : await Shown(lotId, views, http, ct);
    }

    /// <summary><c>POST lots/{id}/closing</c>.</summary>
    public static async Task<Results<Ok<LotView>, ProblemHttpResult>> Close(Guid lotId, LotClosings closings, LotViews views, HttpContext http, CancellationToken ct)
    {
        var closed = await closings.Close(http.User, lotId, ct);
        return closed.Refused ? Problems.Of(closed.Refusal!) : await Shown(lotId, views, http, ct);
    }

    /// <summary><c>POST lots/{id}/cancellation</c>: a person says why.</summary>
    public static async Task<Results<Ok<LotView>, ProblemHttpResult>> Cancel(Guid lotId, CancelLotRequest request, LotCancellations cancellations, LotViews views, HttpContext http, CancellationToken ct)
    {
        var cancelled = await cancellations.Cancel(http.User, lotId, request.Reason, ct);
        return cancelled.Refused ? Problems.Of(cancelled.Refusal!) : await Shown(lotId, views, http, ct);
    }

    /// <summary><c>GET lots</c>.</summary>
    public static async Task<Results<Ok<Page<LotView>>, ProblemHttpResult>> List(string? state, Guid? shop, Guid? product, string? query, string? cursor, LotViews views, HttpContext http, CancellationToken ct)
    {
        var page = await views.List(http.User, new LotFilter(state, shop, product, cursor, Query: query), ct);
        return page.Refused ? Problems.Of(page.Refusal!) : TypedResults.Ok(page.Value with { Items = [.. page.Value.Items.Select(l => l.Planned())] });
    }

    /// <summary><c>GET lots/{id}</c>.</summary>
    public static async Task<Results<Ok<LotView>, ProblemHttpResult>> Show(Guid lotId, LotViews views, HttpContext http, CancellationToken ct) => await Shown(lotId, views, http, ct);

    private static async Task<Results<Ok<LotView>, ProblemHttpResult>> Shown(Guid lotId, LotViews views, HttpContext http, CancellationToken ct)
    {
        var view = await views.Find(http.User, lotId, ct);
        return view.Refused ? Problems.Of(view.Refusal!) : TypedResults.Ok(view.Value.Planned());
    }
}
