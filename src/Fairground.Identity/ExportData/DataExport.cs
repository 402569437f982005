using System.IO.Compression;
using System.Security.Claims;
using Fairground.Identity.AdministerPeople;
using Fairground.Identity.ConfirmIdentity;
using Fairground.Identity.KeepAudit;
using Fairground.Identity.LimitTries;
using Fairground.Identity.SignIn;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Identity.ExportData;

/// <summary>Gives a person everything that is kept about them, from every module, as one file (law.md: export of one's data).</summary>
internal sealed class DataExport(IdentityContext context, IEnumerable<IPersonalData> modules, IPeople people, TimeProvider time)
{
    /// <summary>How often a day.</summary>
    public const int MostADay = 5;

    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>Counts one. Refuses with <c>people.export_capped</c>; null where it may be made.</summary>
    public async Task<Refusal?> Take(Guid person, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        await using var transaction = await context.BeginWriteAsync(ct);
        var use = await Counter.Add(context, $"export of {person:n}", 1, Day, now, ct);
        await transaction.CommitAsync(ct);
        if (use.Used <= MostADay) return null;
        var wait = DateTimeOffset.FromUnixTimeMilliseconds(use.Since) + Day - now;
        return DataRefusals.ExportCapped.With(("retryAfterSeconds", Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds))));
    }

    public async Task Write(Guid person, Stream stream, CancellationToken ct)
    {
        var ids = await people.IdsOf(person, ct);
        await using var late = new LateStream(stream);
        await using (var zip = await ZipArchive.CreateAsync(late, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, ct))
        {
            var archive = new DataArchive(zip, time.GetUtcNow());
            foreach (var module in modules) await module.Write(ids, archive, ct);
            await archive.Finish(person, ct);
        }
        await late.Drain(ct);
    }
}

/// <summary><c>GET me/data</c>, the button's file, and the operator's file about one person.</summary>
internal static class ExportEndpoints
{
    private const string Zip = "application/zip";

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("me/data", Mine).WithAccess(Access.SignedIn).WithRecentSignIn().WithName("ExportMyData").WithTags("Me").WithSummary("Everything that is kept about me, as a ZIP of JSON documents. At most five a day.").Produces<byte[]>(200, Zip);
        api.MapGet("people/{personId:guid}/data", OfPerson).WithAccess(Access.Operator).WithRecentSignIn().WithName("ExportPerson").WithTags("Administration").WithSummary("Everything that is kept about one person, as a ZIP of JSON documents. Stands in the audit, and the person sees it.").Produces<byte[]>(200, Zip);
    }

    public static void MapRoot(IEndpointRouteBuilder root)
    {
        root.MapGet("/account/data/my-data.zip", MineOnPage).WithAccess(Access.SignedIn).ExcludeFromDescription();
        root.MapGet("/office/people/{personId:guid}/data.zip", OfPersonOnPage).WithAccess(Access.Operator).ExcludeFromDescription();
    }

    private static async Task<Results<PushStreamHttpResult, ProblemHttpResult>> Mine(ClaimsPrincipal user, DataExport export, CancellationToken ct) =>
        await export.Take(user.UserId(), ct) is { } refusal ? Problems.Of(refusal) : File(export, user.UserId(), "my-data.zip", ct);

    // A browser that has not confirmed who is there is led to do so, and finds the button again.
    private static async Task<Results<PushStreamHttpResult, RedirectHttpResult, ProblemHttpResult>> MineOnPage(HttpContext http, DataExport export, IRecentSignIn recent, CancellationToken ct)
    {
        if (await recent.Check(http.User, ct) is { } no) return no.Kind == CommonRefusals.ConfirmIdentity ? TypedResults.Redirect($"/account/confirm{SignInPages.Query("/account/data")}") : Problems.Of(no);
        return await export.Take(http.User.UserId(), ct) is { } refusal ? Problems.Of(refusal) : File(export, http.User.UserId(), "my-data.zip", ct);
    }

    private static async Task<Results<PushStreamHttpResult, ProblemHttpResult>> OfPerson(Guid personId, ClaimsPrincipal user, DataExport export, PersonDesk desk, CancellationToken ct) =>
        await desk.Export(personId, user.UserId(), ct) is { } refusal ? Problems.Of(refusal) : File(export, personId, $"{personId}.zip", ct);

    private static async Task<Results<PushStreamHttpResult, RedirectHttpResult, ProblemHttpResult>> OfPersonOnPage(Guid personId, HttpContext http, DataExport export, PersonDesk desk, IRecentSignIn recent, CancellationToken ct)
    {
        if (await recent.Check(http.User, ct) is { } no) return no.Kind == CommonRefusals.ConfirmIdentity ? TypedResults.Redirect($"/account/confirm{SignInPages.Query($"/office/people/{personId}")}") : Problems.Of(no);
        return await desk.Export(personId, http.User.UserId(), ct) is { } refusal ? Problems.Of(refusal) : File(export, personId, $"{personId}.zip", ct);
    }

    private static PushStreamHttpResult File(DataExport export, Guid person, string name, CancellationToken ct) => TypedResults.Stream(stream => export.Write(person, stream, ct), Zip, name);
}
