using System.Data.Common;
using Fairground.Kernel;
using Fairground.Kernel.Http;
using Fairground.Kernel.Languages;
using Microsoft.AspNetCore.Diagnostics;

namespace Fairground.Server.Hosting;

/// <summary>The one place where exceptions become answers: problem details below /api, a plain page elsewhere. Never a stack trace.</summary>
internal sealed class FailureHandler(ILogger<FailureHandler> logger) : IExceptionHandler
{
    private static readonly RefusalKind Broken = new("server.error", 500, "Something went wrong on our side. Nothing was charged unless your wallet says so; try again with the same Idempotency-Key.");
    private static readonly RefusalKind TooLarge = new("request.too_large", 413, "That is larger than this call takes.");
    private static readonly RefusalKind MediaType = new("request.media_type", 415, "This call does not take that media type.");
    private static readonly RefusalKind Method = new("request.method", 405, "This address does not take that method.");

    public static IReadOnlyList<RefusalKind> Refusals { get; } = RefusalList.Of(typeof(FailureHandler));

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is OperationCanceledException && httpContext.RequestAborted.IsCancellationRequested) return true;
        AskedLanguage.Speak(httpContext);
        var refusal = RefusalOf(exception);
        if (refusal.Kind.Status >= 500) logger.LogError(exception, "{Method} {Route} failed", httpContext.Request.Method, (httpContext.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "unrouted");
        httpContext.Response.StatusCode = refusal.Kind.Status;
        if (!ForMachines(httpContext)) return await Page(httpContext, refusal);
        await Answer(httpContext, refusal);
        return true;
    }

    /// <summary>What an exception is called towards the caller.</summary>
    public static Refusal RefusalOf(Exception exception) => exception switch
    {
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => TooLarge,
        BadHttpRequestException { StatusCode: StatusCodes.Status415UnsupportedMediaType } => MediaType,
        BadHttpRequestException bad => bad.InnerException is System.Text.Json.JsonException { Path.Length: > 1 } json ? CommonRefusals.Malformed.Saying(T["The request could not be read at {0}.", json.Path]) : CommonRefusals.Malformed,
        Amazon.Runtime.AmazonServiceException or Amazon.Runtime.AmazonClientException => Fairground.Kernel.Files.FileRefusals.StoreAway,
        _ => IsAway(exception) ? CommonRefusals.Unavailable : Broken,
    };

    // EF Core wraps what the database says, once or twice.
    private static bool IsAway(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is DbException { IsTransient: true } or Npgsql.NpgsqlException { InnerException: IOException or System.Net.Sockets.SocketException or TimeoutException }) return true;
        }
        return false;
    }

    /// <summary>Gives the bare status codes of the framework (404, 405, 415 …) a body.</summary>
    public static async Task EmptyAnswer(StatusCodeContext context)
    {
        var http = context.HttpContext;
        AskedLanguage.Speak(http);
        RefusalKind? kind = http.Response.StatusCode switch
        {
            400 => CommonRefusals.Malformed,
            401 => CommonRefusals.NotSignedIn,
            403 => CommonRefusals.Forbidden,
            404 => CommonRefusals.NotFound,
            405 => Method,
            413 => TooLarge,
            415 => MediaType,
            429 => CommonRefusals.TooMany,
            _ => null,
        };
        if (kind is null) return;
        Refusal refusal = kind;
        if (ForMachines(http)) await Answer(http, refusal);
        else await Page(http, refusal);
    }

    private static bool ForMachines(HttpContext http) =>
        http.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal) || !http.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.Ordinal);

    private static Task Answer(HttpContext http, Refusal refusal) => Problems.Of(refusal).ExecuteAsync(http);

    private static async Task<bool> Page(HttpContext http, Refusal refusal)
    {
        // A page that itself answered 404 has used up the request's renderer and set its header: this one begins anew.
        var before = http.RequestServices;
        await using var scope = before.CreateAsyncScope();
        http.RequestServices = scope.ServiceProvider;
        http.Response.Headers.Remove("blazor-enhanced-nav");
        await new Microsoft.AspNetCore.Http.HttpResults.RazorComponentResult<Pages.RefusalPage>(new { Refusal = refusal }) { StatusCode = http.Response.StatusCode }.ExecuteAsync(http);
        http.RequestServices = before;
        return true;
    }
}
