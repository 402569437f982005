using System.Security.Claims;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Fairground.Identity.KeepAudit;

/// <summary>
/// Records every change that an operator makes through any call or page, of whatever module, where the use case has not written a fuller record itself. What
/// was refused changed nothing and is not recorded.
/// </summary>
internal sealed class OperatorTrail(RequestDelegate next)
{
    public async Task InvokeAsync(HttpContext http, IAuditTrail trail)
    {
        if (HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method) || HttpMethods.IsOptions(http.Request.Method))
        {
            await next(http);
            return;
        }
        // Read before: what the request does may end the session.
        var (actor, behalf) = Who(http.User);
        await next(http);
        if (actor is not { } by || http.Response.StatusCode >= 400 || AuditBook.HasRecorded(http) || !IsWork(http, behalf is not null)) return;
        var about = http.GetRouteData().Values.Where(v => v.Value is string text && Guid.TryParse(text, out _)).Select(v => v.Value!.ToString()!.ToLowerInvariant()).FirstOrDefault();
        await trail.Record(new AuditEntry(by, Name(http), about, After: $"answered {http.Response.StatusCode}", OnBehalfOf: behalf), CancellationToken.None);
    }

    private static (Guid? Actor, Guid? OnBehalfOf) Who(ClaimsPrincipal user)
    {
        if (user.ActedBy() is { } actor) return (actor, user.UserId());
        return user.IsOperator() ? (user.UserId(), null) : (null, null);
    }

    // An operator is a person too: what anybody signed in does for themselves is nobody's business. While acting everything is.
    private static bool IsWork(HttpContext http, bool acting)
    {
        if (acting) return true;
        var metadata = http.GetEndpoint()?.Metadata;
        if (metadata?.GetMetadata<AccessRule>() is { } rule) return rule.Access is Access.Operator or Access.ShopStaff or Access.ShopOwner;
        return metadata?.GetOrderedMetadata<IAuthorizeData>().Any(a => a.Policy is not null) == true;
    }

    private static string Name(HttpContext http) =>
        http.GetEndpoint()?.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName ?? $"{http.Request.Method.ToLowerInvariant()} {(http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? http.Request.Path}";
}
