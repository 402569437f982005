using System.Buffers.Text;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Routing;
using Xunit;

namespace Fairground.House.Tests;

/// <summary>Endpoints that take a page's form check its token themselves, since they read the form with room for files first: each is sent one without.</summary>
public sealed partial class FormTests
{
    // Called by machines, and signed in another way: by a shop's key, by the store's signature over the body, by the secret of a bot, or by the sealed link that a mail program posts to.
    private static readonly string[] OfMachines = ["/exchange/1c/{shopId:guid}", "/hooks/{sourceId:guid}", "/hooks/telegram", "/unsubscribe/{token}"];

    // Questions of applications that sign people in: they lead to a page of ours, whose form has a token.
    private static readonly string[] OfApplications = ["/connect/authorize", "/connect/logout"];

    // Chooses nothing but the words of pages; a token would give every visitor a cookie.
    private static readonly string[] Harmless = ["/language"];

    [Fact]
    public async Task A_form_without_its_token_changes_nothing_wherever_it_is_sent()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var test = await TestDatabase.Migrated(DatabaseKind.Sqlite);
        await using var app = await TestMarket.Start(test, ct);
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false };
        using var client = new HttpClient(handler) { BaseAddress = new Uri(app.Urls.First()) };
        var people = new People(client);
        await people.Register(ct);
        var forms = Forms(((IEndpointRouteBuilder)app).DataSources.SelectMany(d => d.Endpoints).OfType<RouteEndpoint>()).ToList();
        var wrong = new List<string>();

        foreach (var form in forms)
        {
            var path = Parameter().Replace(form, m => m.Groups[1].Value switch { "shopId" => people.Shop, "lotId" => people.Belongings["lots"], _ => $"{Guid.CreateVersion7()}" });
            using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new MultipartFormDataContent { { new StringContent("Bazaar"), "name" } } };
            people.Sign(request, "operator");
            using var answer = await client.SendAsync(request, ct);
            var said = Told(answer);
            if (answer.StatusCode != HttpStatusCode.BadRequest && !said.Contains("The form was too old", StringComparison.Ordinal)) wrong.Add($"{form} answered {(int)answer.StatusCode} «{said}»");
        }

        await app.StopAsync(ct);
        Assert.True(forms.Count >= 15, $"only {forms.Count} forms were found");
        None.Of(wrong);
    }

    private static IEnumerable<string> Forms(IEnumerable<RouteEndpoint> endpoints) => endpoints
        .Where(e => e.Metadata.GetMetadata<IAntiforgeryMetadata>() is { RequiresValidation: false } && e.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains("POST") == true)
        .Select(e => $"/{e.RoutePattern.RawText!.Trim('/')}")
        .Where(route => !route.StartsWith("/api/", StringComparison.Ordinal) && !OfMachines.Contains(route) && !OfApplications.Contains(route) && !Harmless.Contains(route));

    // What the next page would say.
    private static string Told(HttpResponseMessage answer)
    {
        var cookie = answer.Headers.TryGetValues("Set-Cookie", out var set) ? set.FirstOrDefault(c => c.StartsWith("fg_flash=", StringComparison.Ordinal)) : null;
        var value = cookie?["fg_flash=".Length..].Split(';')[0] ?? "";
        return Base64Url.IsValid(value) ? Encoding.UTF8.GetString(Base64Url.DecodeFromChars(value)) : "";
    }

    [GeneratedRegex(@"\{\*{0,2}(\w+)[^}]*\}")]
    private static partial Regex Parameter();
}
