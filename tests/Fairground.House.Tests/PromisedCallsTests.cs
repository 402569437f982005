using System.Text.Json.Nodes;
using Xunit;

namespace Fairground.House.Tests;

/// <summary>The calls that programs of others were promised. They may learn more; none of them may go, or lose a field.</summary>
public sealed class PromisedCallsTests
{
    private static readonly string[] Calls =
    [
        "POST /api/v1/registrations", "POST /api/v1/registrations/{id}/confirmation", "POST /api/v1/sessions", "GET /api/v1/me",
        "POST /api/v1/shops", "POST /api/v1/shops/{id}/staff", "POST /api/v1/shops/{id}/imports", "GET /api/v1/imports/{id}", "GET /api/v1/products", "GET /api/v1/products/{id}",
        "POST /api/v1/lots", "POST /api/v1/lots/{id}/opening", "POST /api/v1/lots/{id}/closing", "GET /api/v1/lots", "GET /api/v1/lots/{id}", "GET /api/v1/lots/{id}/events",
        "POST /api/v1/lots/{id}/purchases", "GET /api/v1/lots/{id}/terms", "GET /api/v1/lots/{id}/proof", "GET /api/v1/lots/{id}/entries", "GET /api/v1/lots/{id}/entries/{id}/inclusion",
        "POST /api/v1/me/wallet/top-ups", "POST /api/v1/payments/{id}/demo-completion", "GET /api/v1/me/wallet", "GET /api/v1/me/wallet/transfers", "GET /api/v1/me/certificates", "GET /api/v1/me/wins",
        "GET /api/v1/me/wins/{id}/claim-code", "POST /api/v1/claims",
    ];

    [Fact]
    public void Every_promised_call_is_in_the_contract()
    {
        var paths = JsonNode.Parse(Repository.Read("docs/reference/openapi.json"))!["paths"]!.AsObject();
        var served = paths.SelectMany(path => path.Value!.AsObject().Select(call => $"{call.Key.ToUpperInvariant()} {Nameless(path.Key)}")).ToHashSet();

        None.Of(Calls.Where(call => !served.Contains(call)));
    }

    private static string Nameless(string path) => System.Text.RegularExpressions.Regex.Replace(path, @"\{[^}]+\}", "{id}");
}
