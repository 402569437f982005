using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Fairground.Catalog.Tests;

/// <summary>Gives a feed at its root and a picture at <c>/picture</c>.</summary>
internal sealed class FeedServer(string feed, byte[]? picture) : OtherServer
{
    public static Task<FeedServer> Start(string feed, byte[]? picture = null) => Start(new FeedServer(feed, picture));

    protected override void Routes(WebApplication app)
    {
        app.MapGet("/", () => Results.Text(feed, "text/csv"));
        app.MapGet("/feed", () => Results.Text("<html>no picture</html>", "image/png"));
        app.MapGet("/picture", () => picture is null ? Results.NotFound() : Results.Bytes(picture, "text/html"));
    }
}
