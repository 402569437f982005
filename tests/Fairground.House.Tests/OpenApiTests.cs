using System.Text.Json;
using System.Text.Json.Nodes;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Xunit;

namespace Fairground.House.Tests;

/// <summary>The API's contract is committed, so that a change of it shows in review.</summary>
public sealed class OpenApiTests
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n", Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Fact]
    public async Task The_committed_contract_is_the_one_that_is_served()
    {
        await using var test = await TestDatabase.Migrated(DatabaseKind.Sqlite);
        await using var app = await TestMarket.Start(test, TestContext.Current.CancellationToken);
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };

        var served = JsonNode.Parse(await client.GetStringAsync("/openapi/v1.json", TestContext.Current.CancellationToken))!;

        Repository.MustMatchCommitted("docs/reference/openapi.json", Sorted(served)!.ToJsonString(Indented) + "\n");
        await app.StopAsync(TestContext.Current.CancellationToken);
    }

    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(members.OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => KeyValuePair.Create(m.Key, Sorted(m.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Sorted)]),
        _ => node?.DeepClone(),
    };
}
