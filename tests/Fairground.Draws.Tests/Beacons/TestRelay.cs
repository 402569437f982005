using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Fairground.Fairness;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Fairground.Draws.Tests;

/// <summary>How a relay behaves.</summary>
public enum RelayMood
{
    Honest,
    Late,
    WrongSignature,
    WrongRound,
    OtherChain,
    WrongRandomness,
    NoJson,
    NoObject,
    Huge,
    Endless,
    Slow,
    Broken,
    Redirects,
    Hangs,
}

/// <summary>A drand relay over HTTP with a key of its own, which does as it is told. A signature is a keyed hash over chain and round, so that it can be made here;
/// real rounds with real signatures are tried in <see cref="RealRoundTests"/>.</summary>
internal sealed class TestRelay : IAsyncDisposable
{
    private static readonly byte[] Key = SHA256.HashData("the key of the test's own beacon"u8);
    private readonly WebApplication app;

    private TestRelay(WebApplication app, TimeProvider clock) => (this.app, Clock) = (app, clock);

    public RelayMood Mood { get; set; }

    /// <summary>The true time, whatever the server believes.</summary>
    public TimeProvider Clock { get; set; }

    /// <summary>Rounds told word for word, in place of made ones.</summary>
    public Dictionary<(string Chain, long Round), JsonObject> Real { get; } = [];

    public int Asked { get; private set; }

    public Uri Address => new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + "/");

    public string Name => Address.Authority;

    public static async Task<TestRelay> Start(TimeProvider clock, params DrandChain[] chains)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var relay = new TestRelay(builder.Build(), clock);
        relay.app.MapGet("/{chain}/public/{round}", (string chain, string round, HttpContext http) => relay.Answer(chains.First(c => c.Hash == chain), round, http));
        await relay.app.StartAsync(TestContext.Current.CancellationToken);
        return relay;
    }

    /// <summary>The check that goes with the test's own key.</summary>
    public static bool Check(DrandEntropy chain, long round, byte[] signature, byte[]? previous) => signature.AsSpan().SequenceEqual(Sign(chain.Chain, round));

    /// <summary>The randomness that a round must give.</summary>
    public static byte[] Randomness(string chain, long round) => SHA256.HashData(Sign(chain, round));

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync(new CancellationToken(true));
        await app.DisposeAsync();
    }

    private static byte[] Sign(string chain, long round) => HMACSHA256.HashData(Key, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{chain}:{round}")));

    private async Task Answer(DrandChain chain, string asked, HttpContext http)
    {
        Asked++;
        var newest = (Clock.GetUtcNow().ToUnixTimeSeconds() - chain.Genesis) / chain.Period + 1;
        var round = asked == "latest" ? newest : long.Parse(asked, CultureInfo.InvariantCulture);
        if (Mood == RelayMood.Late || (round > newest && Mood is RelayMood.Honest or RelayMood.Slow))
        {
            http.Response.StatusCode = 404;
            return;
        }
        switch (Mood)
        {
            case RelayMood.NoJson:
                await http.Response.WriteAsync("<html>come back later</html>");
                return;
            case RelayMood.NoObject:
                await http.Response.WriteAsync("[1, 2, 3]");
                return;
            case RelayMood.Huge:
                await http.Response.WriteAsync($$"""{"round": {{round}}, "padding": "{{new string('x', 200_000)}}"}""");
                return;
            case RelayMood.Endless:
                while (!http.RequestAborted.IsCancellationRequested) await http.Response.WriteAsync(new string('9', 4096), http.RequestAborted);
                return;
            case RelayMood.Broken:
                http.Response.StatusCode = 500;
                return;
            case RelayMood.Redirects:
                http.Response.Redirect("http://127.0.0.1:9/");
                return;
            case RelayMood.Hangs:
                await Task.Delay(Timeout.Infinite, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
                return;
            case RelayMood.Slow:
                await http.Response.WriteAsync("{ ", http.RequestAborted);
                await http.Response.Body.FlushAsync(http.RequestAborted);
                await Task.Delay(Timeout.Infinite, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
                return;
        }
        await http.Response.WriteAsync(Told(chain, round).ToJsonString());
    }

    private JsonObject Told(DrandChain chain, long round)
    {
        if (Real.TryGetValue((chain.Hash, round), out var real)) return (JsonObject)real.DeepClone();
        var signature = Mood switch
        {
            RelayMood.WrongSignature => new byte[32],
            RelayMood.OtherChain => Sign("another chain", round),
            RelayMood.WrongRound => Sign(chain.Hash, round - 1),
            _ => Sign(chain.Hash, round),
        };
        return new JsonObject
        {
            ["round"] = Mood == RelayMood.WrongRound ? round - 1 : round,
            ["signature"] = Convert.ToHexStringLower(signature),
            ["randomness"] = Convert.ToHexStringLower(Mood == RelayMood.WrongRandomness ? new byte[32] : SHA256.HashData(signature)),
        };
    }
}
