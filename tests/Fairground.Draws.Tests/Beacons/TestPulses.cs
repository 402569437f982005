using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Fairground.Draws.Tests;

/// <summary>A mirror of NIST's beacon over HTTP, with its paths and the pulses that it really gave; a test may bend what it tells.</summary>
internal sealed class TestPulses : IAsyncDisposable
{
    private readonly WebApplication app;

    private TestPulses(WebApplication app) => this.app = app;

    /// <summary>The pulses that it has, the oldest first.</summary>
    public List<JsonObject> Pulses { get; } = [];

    /// <summary>What becomes of an answer: its path and the pulse, null for "not there".</summary>
    public Func<string, JsonObject, JsonObject?> Bend { get; set; } = (_, pulse) => pulse;

    /// <summary>Answers with this status instead, where set.</summary>
    public int? Status { get; set; }

    /// <summary>The certificate that it serves, PEM.</summary>
    public string Certificate { get; set; } = "";

    public string Address => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + "/beacon/2.0";

    public string Name => new Uri(Address).Authority;

    public static async Task<TestPulses> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var mirror = new TestPulses(builder.Build());
        mirror.app.MapGet("/beacon/2.0/pulse/time/next/{at}", (long at, HttpContext http) => mirror.Answer(http, "next", mirror.Pulses.Find(p => Milliseconds(p) > at)));
        mirror.app.MapGet("/beacon/2.0/pulse/time/previous/{at}", (long at, HttpContext http) => mirror.Answer(http, "previous", mirror.Pulses.FindLast(p => Milliseconds(p) < at)));
        mirror.app.MapGet("/beacon/2.0/certificate/{id}", async (string id, HttpContext http) =>
        {
            http.Response.ContentType = "application/x-pem-file";
            await http.Response.WriteAsync(mirror.Certificate);
        });
        await mirror.app.StartAsync(TestContext.Current.CancellationToken);
        return mirror;
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync(new CancellationToken(true));
        await app.DisposeAsync();
    }

    private static long Milliseconds(JsonObject pulse) => DateTimeOffset.Parse((string)pulse["timeStamp"]!, CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();

    private async Task Answer(HttpContext http, string path, JsonObject? pulse)
    {
        var told = pulse is null ? null : Bend(path, (JsonObject)pulse.DeepClone());
        http.Response.StatusCode = Status ?? (told is null ? 404 : 200);
        http.Response.ContentType = "application/json";
        if (http.Response.StatusCode == 200) await http.Response.WriteAsync(new JsonObject { ["pulse"] = told!.DeepClone() }.ToJsonString());
    }
}
