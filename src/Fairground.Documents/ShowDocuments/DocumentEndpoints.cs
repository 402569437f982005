using System.Security.Claims;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Fairground.Documents.ShowDocuments;

/// <summary>Receipts, invoices and credit notes, for persons, organisations and operators, and their files.</summary>
internal static class DocumentEndpoints
{
    public static void MapApi(IEndpointRouteBuilder api)
    {
        api.MapGet("me/documents", Mine).WithAccess(Access.SignedIn).WithTags("Documents").WithName("ListMyDocuments").WithSummary("My receipts, invoices and credit notes, newest first, by day of issue and kind").Produces<Page<DocumentSummary>>();
        api.MapGet("documents", Everybody).WithAccess(Access.Operator).WithTags("Documents").WithName("ListDocuments").WithSummary("All documents of the market, newest first").Produces<Page<DocumentSummary>>();
        api.MapGet("documents/{documentId:guid}", Show).WithAccess(Access.SignedIn).WithTags("Documents").WithName("GetDocument")
            .WithSummary("One document, for its buyer, its issuer and the operator: as JSON, or as what Accept asks for, application/pdf or application/xml (EN 16931, UBL 2.1)").Produces<DocumentAnswer>();
        var own = api.MapGroup("organisations/{organisationId:guid}").WithTags("Documents");
        own.MapGet("documents", OfOrganisation).WithAccess(Access.OrganisationOwner).WithPermission(DocumentsPermissions.See).WithName("ListOrganisationDocuments")
            .WithSummary("Documents that the organisation issued or, with side=received, was given; newest first").Produces<Page<DocumentSummary>>();
        own.MapGet("tax-register/{month}", Register).WithAccess(Access.OrganisationOwner).WithPermission(DocumentsPermissions.See).WithName("GetTaxRegister")
            .WithSummary("What the organisation sold in a month, such as 2026-11, with its taxes: a CSV file").Produces<string>(200, "text/csv");
    }

    public static void MapRoot(IEndpointRouteBuilder root)
    {
        root.MapGet("/documents/{documentId:guid}/file/{format}", File).WithAccess(Access.SignedIn).ExcludeFromDescription();
        root.MapGet("/account/organisations/{organisationId:guid}/documents/register", RegisterOfForm).WithAccess(Access.OrganisationOwner).ExcludeFromDescription();
    }

    private static async Task<IResult> Mine(ClaimsPrincipal user, DocumentDesk desk, IPeople people, CancellationToken ct, string? from = null, string? to = null, string? kind = null, string? cursor = null, int? limit = null) =>
        Answer(await desk.List(user, new DocumentsOf.Person(await people.IdsOf(user.UserId(), ct)), new DocumentsAsked(from, to, kind), cursor, limit, ct));

    private static async Task<IResult> Everybody(ClaimsPrincipal user, DocumentDesk desk, CancellationToken ct, string? from = null, string? to = null, string? kind = null, string? cursor = null, int? limit = null) =>
        Answer(await desk.List(user, new DocumentsOf.Everybody(), new DocumentsAsked(from, to, kind), cursor, limit, ct));

    private static async Task<IResult> OfOrganisation(
        Guid organisationId, ClaimsPrincipal user, DocumentDesk desk, CancellationToken ct, string? side = null, string? from = null, string? to = null, string? kind = null, string? cursor = null, int? limit = null) =>
        Answer(await desk.List(user, side == "received" ? new DocumentsOf.GivenTo(organisationId) : new DocumentsOf.IssuedBy(organisationId), new DocumentsAsked(from, to, kind), cursor, limit, ct));

    private static async Task<IResult> Show(Guid documentId, HttpContext http, DocumentDesk desk, DocumentFiles files, CancellationToken ct)
    {
        http.Response.Headers.Append("Vary", "Accept");
        var found = await desk.Find(http.User, documentId, ct);
        if (found.Refusal is { } no) return Problems.Of(no);
        var accept = http.Request.Headers.Accept.ToString();
        if (accept.Contains("application/pdf", StringComparison.OrdinalIgnoreCase)) return await files.Pdf(found.Value, http.User.UserId(), ct);
        return accept.Contains("application/xml", StringComparison.OrdinalIgnoreCase) || accept.Contains("text/xml", StringComparison.OrdinalIgnoreCase) ? DocumentFiles.Xml(found.Value) : TypedResults.Ok(found.Value);
    }

    private static async Task<IResult> File(Guid documentId, string format, ClaimsPrincipal user, DocumentDesk desk, DocumentFiles files, CancellationToken ct)
    {
        var found = await desk.Find(user, documentId, ct);
        if (found.Refusal is { } no) return Problems.Of(no);
        return format switch { "pdf" => await files.Pdf(found.Value, user.UserId(), ct), "xml" => DocumentFiles.Xml(found.Value), _ => Problems.Of(CommonRefusals.NotFound) };
    }

    private static IResult RegisterOfForm(Guid organisationId, DocumentDesk desk, CancellationToken ct, string? month = null) => Register(organisationId, month ?? "", desk, ct);

    private static IResult Register(Guid organisationId, string month, DocumentDesk desk, CancellationToken ct)
    {
        if (TaxRegister.Month(month) is not { } asked) return Problems.Of(DocumentsRefusals.PeriodInvalid);
        return TypedResults.Stream(stream => TaxRegister.Write(stream, desk.Issued(organisationId, asked.Year, asked.Month), ct), "text/csv; charset=utf-8", $"tax-register-{month.Trim()}.csv");
    }

    private static IResult Answer(Result<Page<DocumentSummary>> page) => page.Refusal is { } no ? Problems.Of(no) : TypedResults.Ok(page.Value);
}
