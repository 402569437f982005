using Fairground.Kernel;
using Fairground.Kernel.Http;

namespace Fairground.Server.Hosting;

/// <summary>Refuses changes that a page of another site asks for with our visitor's cookie. Forms carry an antiforgery token besides.</summary>
internal sealed class CrossSiteGuard(RequestDelegate next)
{
    private static readonly RefusalKind CrossSite = new("access.cross_site", 403, "This request came from another site and was not carried out.");

    public static IReadOnlyList<RefusalKind> Refusals { get; } = [CrossSite];

    public Task InvokeAsync(HttpContext http)
    {
        var request = http.Request;
        var changes = !HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method) && !HttpMethods.IsOptions(request.Method);
        if (!changes || request.Headers.Authorization.Count > 0 || !FromElsewhere(request)) return next(http);
        http.Response.StatusCode = CrossSite.Status;
        return Problems.Of(CrossSite).ExecuteAsync(http);
    }

    private static bool FromElsewhere(HttpRequest request)
    {
        if (request.Headers["Sec-Fetch-Site"].ToString() is "cross-site") return true;
        var origin = request.Headers.Origin.ToString();
        return origin.Length > 0 && (!Uri.TryCreate(origin, UriKind.Absolute, out var from) || !string.Equals(from.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase));
    }
}
