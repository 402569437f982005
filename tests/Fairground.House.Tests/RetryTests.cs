using System.Text.Json.Nodes;
using Fairground.Kernel;
using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Fairground.House.Tests;

/// <summary>Who is told to come again is told when, in the header that clients read and in the body.</summary>
public sealed class RetryTests
{
    public static TheoryData<string, int, string?> Cases { get; } = new()
    {
        { "busy", 503, "1" },
        { "away", 503, "1" },
        { "capped", 429, "86400" },
        { "no", 409, null },
    };

    [Theory, MemberData(nameof(Cases))]
    public async Task A_refusal_that_passes_says_when(string what, int status, string? seconds)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddProblemDetails(problems => problems.CustomizeProblemDetails = Problems.SayWhenToRetry);
        await using var app = builder.Build();
        app.MapGet("/", () => Problems.Of(what switch
        {
            "busy" => CommonRefusals.Busy,
            "away" => CommonRefusals.Unavailable,
            "capped" => CommonRefusals.TooMany.With(("retryAfterSeconds", 86_400)),
            _ => new RefusalKind("lot.state_changed", 409, "Moved on.", IsTransient: true),
        }));
        await app.StartAsync(TestContext.Current.CancellationToken);
        using var http = new HttpClient();
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        using var answer = await http.GetAsync(new Uri(address), TestContext.Current.CancellationToken);
        var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(seconds, answer.Headers.TryGetValues("Retry-After", out var given) ? given.Single() : null);
        Assert.Equal(seconds, body["retryAfterSeconds"]?.ToJsonString());
    }
}
