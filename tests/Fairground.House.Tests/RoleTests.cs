using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Fairground.Kernel.Http;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.StaticAssets;
using Xunit;

namespace Fairground.House.Tests;

/// <summary>Calls every endpoint as every role over HTTP and compares the answer with what the endpoint declares.</summary>
public sealed partial class RoleTests
{
    [Fact]
    public async Task Every_endpoint_answers_every_role_as_it_declares()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var test = await TestDatabase.Migrated(DatabaseKind.Sqlite);
        await using var app = await TestMarket.Start(test, ct);
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        using var client = new HttpClient(handler) { BaseAddress = new Uri(app.Urls.First()), Timeout = TimeSpan.FromSeconds(60) };
        var people = new People(client);
        await people.Register(ct);
        var document = (JsonObject)JsonNode.Parse(await client.GetStringAsync("/openapi/v1.json", ct))!;
        var wrong = new List<string>();

        foreach (var call in Calls(((IEndpointRouteBuilder)app).DataSources.SelectMany(d => d.Endpoints).OfType<RouteEndpoint>(), document))
        {
            foreach (var role in People.Roles.Append(People.Key))
            {
                var answer = await Ask(client, people, call, role, ct);
                if (Objection(call, role, answer) is { } objection) wrong.Add($"{call} as {role}: {(int)answer.Status} {answer.Code}; {objection}");
                // Signing out, ending sessions and dismissing are among the calls: put things right for the next one.
                if (call.Path.Contains("session", StringComparison.Ordinal) && role is not ("nobody" or People.Key)) await people.SignIn(role, ct);
            }
            if (call.Method != "GET" && call.Path.Contains("organisation", StringComparison.Ordinal)) await people.Appoint(ct);
        }

        await app.StopAsync(ct);
        None.Of(wrong);
    }

    private static IEnumerable<Call> Calls(IEnumerable<RouteEndpoint> endpoints, JsonObject document)
    {
        var sample = new SampleBody(document);
        foreach (var endpoint in endpoints.Where(e => e.Metadata.GetMetadata<AccessRule>() is not null && e.Metadata.GetMetadata<StaticAssetDescriptor>() is null))
        {
            var route = $"/{endpoint.RoutePattern.RawText!.Trim('/')}";
            foreach (var method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"])
            {
                var operation = (document["paths"]![Constraint().Replace(route, "{$1}")] ?? document["paths"]![Constraint().Replace(route, "{$1}") + "/"])?[method.ToLowerInvariant()];
                var rule = endpoint.Metadata.GetMetadata<AccessRule>()!.Access;
                yield return new Call(method, route, rule, endpoint.Metadata.GetMetadata<PermissionRule>()?.Permission.ForPrograms == true, () => operation is null ? (method is "POST" or "PUT" or "PATCH" ? new StringContent("{}", System.Text.Encoding.UTF8, "application/json") : null) : sample.For(operation));
            }
        }
    }

    private static async Task<Answer> Ask(HttpClient client, People people, Call call, string role, CancellationToken ct)
    {
        // Those who may not are sent to what is really the shop's; those who may, to nothing, so that a try changes nothing.
        var real = May(call, role) ? null : people.Belongings.GetValueOrDefault(call.Path.Split('/').ElementAtOrDefault(3) ?? "");
        var path = Parameter().Replace(call.Path, m => m.Groups[1].Value switch
        {
            "id" or "lotId" when real is not null => real,
            "shopId" or "organisationId" => people.Shop,
            "documentName" => "v1",
            var name when name.Contains("seq", StringComparison.OrdinalIgnoreCase) || m.Value.Contains(":int", StringComparison.Ordinal) || m.Value.Contains(":long", StringComparison.Ordinal) => "1",
            _ => $"{Guid.CreateVersion7()}",
        });
        using var request = new HttpRequestMessage(new HttpMethod(call.Method), path) { Content = call.Body() };
        request.Headers.Add("Idempotency-Key", $"{Guid.CreateVersion7()}");
        people.Sign(request, role);
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
        // An answer to HEAD has the headers only, and an event stream no end.
        var text = response.Content.Headers.ContentType?.MediaType == "application/problem+json" ? await response.Content.ReadAsStringAsync(ct) : "";
        var code = text.Length > 0 ? JsonNode.Parse(text)?["code"]?.GetValue<string>() : null;
        return new Answer(response.StatusCode, code, response.Headers.Location?.OriginalString);
    }

    // What is wrong with the answer, or null. A shop's role is checked in the route where it names the shop; else the handler
    // asks once it knows the shop, and an id that does not exist is then no shop's.
    private static string? Objection(Call call, string role, Answer answer)
    {
        if ((int)answer.Status >= 500) return "an error of ours";
        // Here applications call, with tokens that none of these has; what they may is the scenarios' to show.
        if (call.Path.StartsWith("/connect/", StringComparison.Ordinal)) return null;
        if (role == People.Key && !May(call, role)) return answer.Code == "access.key_scope" ? null : "opens to no key, must be access.key_scope";
        if (role == "nobody" && call.Rule != Access.Public) return answer.Status == HttpStatusCode.Unauthorized || (!call.IsApi && answer.AsksToSignIn) ? null : "must be 401";
        var namesShop = call.Path.Contains("{shopId", StringComparison.Ordinal) || call.Path.Contains("{organisationId", StringComparison.Ordinal);
        var shopUnknown = call.Rule is Access.ShopStaff or Access.ShopOwner && !namesShop && role != "operator";
        if (answer.IsDenial && May(call, role) && !shopUnknown) return $"declared {call.Rule}, so this role may";
        if (May(call, role)) return null;
        if (call.Rule == Access.Operator || namesShop) return answer.Status == HttpStatusCode.Forbidden ? null : $"declared {call.Rule}, must be 403";
        // Where only the body says which shop it is about (a lot's product, a claim's token), someone of another shop may hear
        // that the body is wrong; scenarios and the claims' own tests try the same calls with a right one.
        if (role == "outsider" && !call.Path.Contains('{', StringComparison.Ordinal) && answer.Status == HttpStatusCode.UnprocessableEntity) return null;
        return answer.Status is HttpStatusCode.Forbidden or HttpStatusCode.NotFound ? null : $"declared {call.Rule}, must be 403 or 404 where the thing is a shop's";
    }

    // A key has every scope there is, of its own shop.
    private static bool May(Call call, string role) => role == People.Key ? call.Rule == Access.Public || call.OpensToKeys : May(call.Rule, role);

    private static bool May(Access rule, string role) => rule switch
    {
        Access.Public => true,
        Access.SignedIn => role != "nobody",
        Access.ShopStaff or Access.Member => role is "staff" or "owner" or "operator",
        Access.ShopOwner or Access.OrganisationOwner => role is "owner" or "operator",
        _ => role == "operator",
    };

    [GeneratedRegex(@"\{\*{0,2}(\w+)(?::[^}]+)?\??\}")]
    private static partial Regex Constraint();

    [GeneratedRegex(@"\{\*{0,2}(\w+)[^}]*\}")]
    private static partial Regex Parameter();

    private sealed record Call(string Method, string Path, Access Rule, bool OpensToKeys, Func<HttpContent?> Body)
    {
        public bool IsApi => Path.StartsWith("/api/", StringComparison.Ordinal);

        public override string ToString() => $"{Method} {Path}";
    }

    private sealed record Answer(HttpStatusCode Status, string? Code, string? Location)
    {
        /// <summary>A page or a file sends the visitor to the sign-in page.</summary>
        public bool AsksToSignIn => Status is HttpStatusCode.Found or HttpStatusCode.SeeOther && Location?.Contains("sign-in", StringComparison.Ordinal) == true;

        public bool IsDenial => Code is "access.not_signed_in" or "access.forbidden" or "access.key_scope";
    }
}
