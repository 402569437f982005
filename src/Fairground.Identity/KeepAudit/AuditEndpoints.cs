using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Fairground.Identity.KeepAudit;

internal static class AuditEndpoints
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("audit", List).WithAccess(Access.Operator).WithName("ListAudit").WithTags("Administration").WithSummary("What operators did, newest first: who, what, when, about what, why, before and after.");

    private static async Task<Results<Ok<Page<AuditLine>>, ProblemHttpResult>> List(
        AuditReader reader, string? what, string? about, Guid? actor, DateTimeOffset? from, DateTimeOffset? until, string? cursor, CancellationToken ct)
    {
        var page = await reader.List(new AuditFilter(what, about, actor, from, until), cursor, ct);
        return page.Refused ? Problems.Of(page.Refusal!) : TypedResults.Ok(page.Value);
    }
}
