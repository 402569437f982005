using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Fairground.Catalog.Tests.LiveFeeds;

/// <summary>A shop's web server whose feed changes: it tells its version, and answers 304 to who has it.</summary>
internal sealed class ChangingFeed : OtherServer
{
    public string Feed { get; set; } = "";

    public string? Etag { get; set; }

    public DateTimeOffset? LastModified { get; set; }

    /// <summary>Answered instead of the feed.</summary>
    public int Status { get; set; } = 200;

    public string? RetryAfter { get; set; }

    /// <summary>What must be signed in with, as Basic has it.</summary>
    public string? Credentials { get; set; }

    /// <summary>Status and the validators that were sent, one line a request.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    public static Task<ChangingFeed> Start() => Start(new ChangingFeed());

    protected override void Routes(WebApplication app) => app.MapGet("/{**path}", Answer);

    private IResult Answer(HttpContext http)
    {
        var headers = http.Request.Headers;
        var signedIn = Credentials is null || headers.Authorization.ToString() == "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(Credentials));
        var same = (Etag is not null && headers.IfNoneMatch == Etag) || (Etag is null && LastModified is { } at && headers.IfModifiedSince == at.ToString("R"));
        var status = !signedIn ? 401 : Status != 200 ? Status : same ? 304 : 200;
        Asked.Enqueue($"{status} {headers.IfNoneMatch}{headers.IfModifiedSince}".TrimEnd());
        if (RetryAfter is not null) http.Response.Headers.RetryAfter = RetryAfter;
        if (Etag is not null) http.Response.Headers.ETag = Etag;
        if (LastModified is { } modified) http.Response.Headers.LastModified = modified.ToString("R");
        return status == 200 ? Results.Text(Feed, "text/csv") : Results.StatusCode(status);
    }
}
