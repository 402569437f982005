using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Fairground.Scenarios.Vocabulary;

/// <summary>A relay of drand's default chain over HTTP, which serves rounds that were really published, and only when their time has come.</summary>
internal sealed class PublishedRelay : IAsyncDisposable
{
    /// <summary>The chain's hash.</summary>
    public const string Chain = "8990e7a9aaed2ffed73dbd7092123d6f289930540d7651336225dc172e51b2ce";

    private const long Genesis = 1_595_431_050;
    private const int Period = 30;

    private readonly WebApplication app;
    private readonly Dictionary<long, JsonNode> rounds;

    private PublishedRelay(WebApplication app, Dictionary<long, JsonNode> rounds) => (this.app, this.rounds) = (app, rounds);

    /// <summary>Gives, where a later round is asked for, the true signature of an earlier one.</summary>
    public bool Lies { get; init; }

    public string Address => app.Urls.First();

    public string Name => new Uri(Address).Authority;

    /// <summary>When a round of the chain is due.</summary>
    public static DateTimeOffset TimeOf(long round) => DateTimeOffset.FromUnixTimeSeconds(Genesis + ((round - 1) * Period));

    public static async Task<PublishedRelay> Start(TimeProvider clock, JsonNode published, bool lies = false)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var rounds = published["beacons"]!.AsArray().Where(b => (string)b!["chain"]! == "default").ToDictionary(b => (long)b!["round"]!, b => b!);
        var relay = new PublishedRelay(builder.Build(), rounds) { Lies = lies };
        relay.app.MapGet($"/{Chain}/public/{{round}}", (string round) => relay.Answer(round, clock.GetUtcNow()));
        await relay.app.StartAsync();
        return relay;
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync(new CancellationToken(true));
        await app.DisposeAsync();
    }

    private IResult Answer(string asked, DateTimeOffset now)
    {
        var newest = rounds.Keys.Where(r => TimeOf(r) <= now).Max();
        var round = asked == "latest" ? newest : long.Parse(asked, CultureInfo.InvariantCulture);
        if (round > newest || !rounds.ContainsKey(round)) return Results.NotFound();
        var told = rounds[Lies && asked != "latest" ? 4 : round];
        return Results.Text(new JsonObject { ["round"] = round, ["signature"] = (string)told["signature"]!, ["previous_signature"] = (string)told["previous_signature"]! }.ToJsonString(), "application/json");
    }
}
