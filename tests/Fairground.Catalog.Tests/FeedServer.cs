using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Fairground.Catalog.Tests;

/// <summary>Somebody else's server, on this machine: gives a feed at its root and a picture at <c>/picture</c>.</summary>
internal sealed class FeedServer : IAsyncDisposable
{
    private readonly WebApplication app;

    private FeedServer(WebApplication app, string url) => (this.app, Url) = (app, url);

    public string Url { get; }

    public static async Task<FeedServer> Start(string feed, byte[]? picture = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.MapGet("/", () => Results.Text(feed, "text/csv"));
        app.MapGet("/feed", () => Results.Text("<html>no picture</html>", "image/png"));
        app.MapGet("/picture", () => picture is null ? Results.NotFound() : Results.Bytes(picture, "text/html"));
        await app.StartAsync();
        return new FeedServer(app, app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + "/");
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }
}
