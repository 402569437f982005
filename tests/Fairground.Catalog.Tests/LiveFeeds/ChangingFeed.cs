using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Fairground.Catalog.Tests.LiveFeeds;

/// <summary>A shop's web server whose feed changes: it tells its version, and answers 304 to who has it.</summary>
internal sealed class ChangingFeed : IAsyncDisposable
{
    private readonly WebApplication app;

    private ChangingFeed(WebApplication app, string url) => (this.app, Url) = (app, url);

    /// <summary>Of the server, without a slash at its end.</summary>
    public string Url { get; }

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

    public static async Task<ChangingFeed> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        ChangingFeed? feed = null;
        app.MapGet("/{**path}", (HttpContext http) => feed!.Answer(http));
        await app.StartAsync();
        return feed = new ChangingFeed(app, app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }

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
