using System.Globalization;
using System.Security.Claims;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;
using Fairground.Ui;
using Fairground.Ui.Paper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Fairground.Payments.ShowStatement;

/// <summary>A page of a statement with the sums of its period.</summary>
/// <param name="Opening">Before the first day.</param>
/// <param name="In">Came in; only what the filter shows.</param>
/// <param name="Out">Went out; likewise.</param>
/// <param name="Closing">After the last day.</param>
public sealed record StatementAnswer(Money Opening, Money In, Money Out, Money Closing, IReadOnlyList<StatementRow> Items, string? Next);

/// <summary>Statements of people and organisations, and their files (C-14, S-33).</summary>
internal static class StatementEndpoints
{
    public static void MapApi(IEndpointRouteBuilder api)
    {
        api.MapGet("me/statement", Mine).WithAccess(Access.SignedIn).WithTags("Wallet").WithName("ReadMyStatement").WithSummary("My wallet's statement with a running balance, by period and kind").Produces<StatementAnswer>();
        api.MapGet("organisations/{organisationId:guid}/statement", OfOrganisation).WithAccess(Access.OrganisationOwner).WithPermission(PayoutPermissions.See).WithTags("Payouts").WithName("ReadOrganisationStatement")
            .WithSummary("What the organisation is owed: a statement with a running balance, by period and kind").Produces<StatementAnswer>();
    }

    public static void MapRoot(IEndpointRouteBuilder root)
    {
        root.MapGet("/wallet/statement/file/{format}", MyFile).WithAccess(Access.SignedIn).ExcludeFromDescription();
        root.MapGet("/account/organisations/{organisationId:guid}/statement/file/{format}", FileOfOrganisation).WithAccess(Access.OrganisationOwner).ExcludeFromDescription();
    }

    private static Task<IResult> Mine(ClaimsPrincipal user, StatementDesk desk, CancellationToken ct, string? currency = null, string? from = null, string? to = null, string? kind = null, string? cursor = null, int? limit = null) =>
        Read(StatementOwner.Person(user.UserId()), desk, new StatementAsked(currency, from, to, kind), cursor, limit, ct);

    private static Task<IResult> OfOrganisation(Guid organisationId, StatementDesk desk, CancellationToken ct, string? currency = null, string? from = null, string? to = null, string? kind = null, string? cursor = null, int? limit = null) =>
        Read(StatementOwner.Organisation(organisationId), desk, new StatementAsked(currency, from, to, kind), cursor, limit, ct);

    private static async Task<IResult> Read(StatementOwner owner, StatementDesk desk, StatementAsked asked, string? cursor, int? limit, CancellationToken ct)
    {
        var query = desk.Understand(owner, asked);
        if (query.Refusal is { } no) return Problems.Of(no);
        var page = await desk.Read(query.Value, cursor, limit, ct);
        if (page.Refusal is { } wrong) return Problems.Of(wrong);
        var (sums, currency) = (await desk.Sums(query.Value, ct), query.Value.Currency);
        return TypedResults.Ok(new StatementAnswer(new Money(sums.Opening, currency), new Money(sums.In, currency), new Money(sums.Out, currency), new Money(sums.Closing, currency), page.Value.Items, page.Value.Next));
    }

    private static Task<IResult> MyFile(string format, ClaimsPrincipal user, StatementPapers papers, CancellationToken ct, string? currency = null, string? from = null, string? to = null, string? kind = null) =>
        papers.File(StatementOwner.Person(user.UserId()), user.Identity?.Name ?? "", format, new StatementAsked(currency, from, to, kind), ct);

    private static async Task<IResult> FileOfOrganisation(
        Guid organisationId, string format, StatementPapers papers, IOrganisations organisations, CancellationToken ct, string? currency = null, string? from = null, string? to = null, string? kind = null)
    {
        var name = (await organisations.Find(organisationId, ct))?.Name;
        return name is null ? Problems.Of(CommonRefusals.NotFound) : await papers.File(StatementOwner.Organisation(organisationId), name, format, new StatementAsked(currency, from, to, kind), ct);
    }
}

/// <summary>Makes the files of statements.</summary>
internal sealed class StatementPapers(StatementDesk desk, PaperPrinter printer, IServiceProvider services, ILoggerFactory loggers, IOptions<UiOptions> market, TimeProvider time)
{
    private const int LongestPdf = 5_000;

    /// <summary>The file as an answer. Refusals: those of <see cref="StatementDesk.Understand"/>, <c>statement.no_renderer</c>, <c>statement.renderer_failed</c>, <c>statement.too_long</c>, <c>request.not_found</c>.</summary>
    /// <param name="format"><c>csv</c>, <c>1c</c> or <c>pdf</c>.</param>
    public async Task<IResult> File(StatementOwner owner, string name, string format, StatementAsked asked, CancellationToken ct)
    {
        var understood = desk.Understand(owner, asked);
        if (understood.Refusal is { } no) return Problems.Of(no);
        var query = understood.Value;
        var file = $"statement-{query.Currency.Code}-{Day(query.From) ?? "begin"}-{Day(query.To) ?? Day(DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime))}";
        switch (format)
        {
            case "csv":
                return TypedResults.Stream(stream => StatementFiles.Csv(stream, desk.All(query, ct), ct), "text/csv; charset=utf-8", $"{file}.csv");
            case "1c":
                var lines = await Gather(query, int.MaxValue, ct);
                return TypedResults.File(StatementFiles.ClientBank(query, await desk.Sums(query, ct), lines, name, market.Value.MarketName, time.GetUtcNow()), "text/plain; charset=windows-1251", $"{file}.txt");
            case "pdf":
                return await Pdf(owner.Party, query, name, file, ct);
            default:
                return Problems.Of(CommonRefusals.NotFound);
        }
    }

    private async Task<IResult> Pdf(Guid owner, StatementQuery query, string name, string file, CancellationToken ct)
    {
        if (!printer.IsOn) return Problems.Of(StatementRefusals.NoRenderer);
        var rows = await Gather(query, LongestPdf, ct);
        if (rows.Count > LongestPdf) return Problems.Of(StatementRefusals.TooLong);
        var sums = await desk.Sums(query, ct);
        await using var renderer = new HtmlRenderer(services, loggers);
        var html = await renderer.Dispatcher.InvokeAsync(async () => (await renderer.RenderComponentAsync<StatementSheet>(ParameterView.FromDictionary(new Dictionary<string, object?>
        {
            ["Owner"] = name, ["Market"] = market.Value.MarketName, ["Period"] = $"{Day(query.From) ?? "…"} – {Day(query.To) ?? "…"}", ["Currency"] = query.Currency, ["Sums"] = sums, ["Rows"] = rows, ["MadeAt"] = time.GetUtcNow(),
        }))).ToHtmlString());
        return await printer.Print($"<!DOCTYPE html>\n{html}", owner, ct) is { } pdf ? TypedResults.File(pdf, "application/pdf", $"{file}.pdf") : Problems.Of(StatementRefusals.RendererFailed);
    }

    private async Task<IReadOnlyList<StatementRow>> Gather(StatementQuery query, int most, CancellationToken ct)
    {
        var rows = new List<StatementRow>();
        await foreach (var row in desk.All(query, ct))
        {
            rows.Add(row);
            if (rows.Count > most) break;
        }
        return rows;
    }

    private static string? Day(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
