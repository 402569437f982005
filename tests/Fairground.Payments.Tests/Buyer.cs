using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Xunit;

namespace Fairground.Payments.Tests;

/// <summary>A person with a wallet, who speaks HTTP only.</summary>
internal sealed class Buyer : IDisposable
{
    private readonly HttpClient http;

    public Buyer(PaymentsHost host, bool isOperator = false, Guid? id = null)
    {
        Id = id ?? Guid.CreateVersion7();
        http = host.As(Id, isOperator);
    }

    public Guid Id { get; }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public HttpClient Http => http;

    public Task<Answer> StartsTopUp(long minor, string currency = "KZT", string? key = null) =>
        Posts("me/wallet/top-ups", $$$"""{"amount":{"amount":"{{{minor}}}","currency":"{{{currency}}}"}}""", key ?? Guid.CreateVersion7().ToString());

    public async Task<Guid> HasStartedTopUp(long minor, string currency = "KZT")
    {
        var answer = await StartsTopUp(minor, currency);
        Assert.Equal(HttpStatusCode.Created, answer.Status);
        return answer.Body.GetProperty("paymentId").GetGuid();
    }

    public Task<Answer> Completes(Guid payment, string outcome = "succeeded") => Posts($"payments/{payment}/demo-completion", $$"""{"outcome":"{{outcome}}"}""", null);

    public async Task HasToppedUp(long minor, string currency = "KZT") =>
        Assert.Equal(HttpStatusCode.OK, (await Completes(await HasStartedTopUp(minor, currency))).Status);

    public async Task<string> StateOf(Guid payment) => (await Gets($"payments/{payment}")).Body.GetProperty("state").GetString()!;

    /// <summary>Balance in the default currency.</summary>
    public async Task<long> Balance() => long.Parse((await Gets("me/wallet")).Body.GetProperty("amount").GetString()!, CultureInfo.InvariantCulture);

    public async Task<List<JsonElement>> Transfers(string currency = "KZT") => [.. (await Gets($"me/wallet/transfers?limit=200&currency={currency}")).Body.GetProperty("items").EnumerateArray()];

    public async Task<Answer> Gets(string path) => await Answer.Of(await http.GetAsync(new Uri($"/api/v1/{path}", UriKind.Relative), Ct));

    public async Task<Answer> Posts(string path, string json, string? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/{path}") { Content = new StringContent(json, Encoding.UTF8, "application/json") };
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        return await Answer.Of(await http.SendAsync(request, Ct));
    }

    public void Dispose() => http.Dispose();
}

/// <summary>Status, body and whether it was given before.</summary>
internal sealed record Answer(HttpStatusCode Status, JsonElement Body, bool Replayed)
{
    public string? Code => Body.ValueKind == JsonValueKind.Object && Body.TryGetProperty("code", out var code) ? code.GetString() : null;

    public static async Task<Answer> Of(HttpResponseMessage response)
    {
        using (response)
        {
            var body = await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
            return new Answer(response.StatusCode, body, response.Headers.Contains("Idempotency-Replayed"));
        }
    }
}
