using System.Net;
using System.Security.Claims;
using Fairground.Kernel;
using Fairground.Kernel.Http;
using Fairground.Kernel.Languages;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Fairground.Ui;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Fairground.Catalog.Tests;

/// <summary>A shop's owner lets the shop's 1C in from the page about sources.</summary>
[Requirement("C-06")]
public sealed class ExchangeFormTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_owner_makes_a_password_for_1C_sees_it_once_and_ends_it()
    {
        Words.T.Add(typeof(CatalogModule).Assembly);
        await using var market = await Market.Open(DatabaseKind.Sqlite, listening: true);
        var shop = await market.OpenShop();
        var (text, ok) = await Post(market, $"owner:{shop}", $"shop/{shop}/office/exchange-key");
        Assert.True(ok);
        var key = text.Split(": ")[^1];
        Assert.Equal(28, key.Length);
        Assert.StartsWith("Введите этот пароль в 1С", text, StringComparison.Ordinal);
        Assert.StartsWith("success", await SignIn(market, shop, key), StringComparison.Ordinal);
        // Who merely sits at the owner's screen makes none.
        market.Recently.Refusal = CommonRefusals.Forbidden;
        Assert.False((await Post(market, $"owner:{shop}", $"shop/{shop}/office/exchange-key")).Ok);
        Assert.StartsWith("success", await SignIn(market, shop, key), StringComparison.Ordinal);
        Assert.Equal(("1С больше не может войти.", true), await Post(market, $"owner:{shop}", $"shop/{shop}/office/exchange-key/remove"));
        Assert.StartsWith("failure", await SignIn(market, shop, key), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("staff"), InlineData("buyer")]
    public async Task Nobody_else_does(string who)
    {
        await using var market = await Market.Open(DatabaseKind.Sqlite, listening: true);
        var shop = await market.OpenShop();
        foreach (var form in new[] { "exchange-key", "exchange-key/remove" })
        {
            using var answer = await Send(market, who == "staff" ? $"staff:{shop}" : who, $"shop/{shop}/office/{form}");
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        }
    }

    private static async Task<string> SignIn(Market market, Guid shop, string key)
    {
        using var http = new HttpClient { BaseAddress = market.Http.BaseAddress };
        http.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"shop:{key}")));
        using var answer = await http.GetAsync($"exchange/1c/{shop}?type=catalog&mode=checkauth", Stop);
        return await answer.Content.ReadAsStringAsync(Stop);
    }

    private static async Task<(string Text, bool Ok)> Post(Market market, string user, string form)
    {
        using var answer = await Send(market, user, form);
        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        var next = new DefaultHttpContext();
        next.Request.Headers.Cookie = string.Join("; ", answer.Headers.GetValues("Set-Cookie").Select(c => c.Split(';')[0]));
        var flash = Flash.Take(next)!;
        return (flash.Text, flash.Tone == FlashTone.Good);
    }

    // As a browser sends the page's form: with the token that was in it, and its cookie.
    private static async Task<HttpResponseMessage> Send(Market market, string user, string form)
    {
        var page = new DefaultHttpContext { RequestServices = market.Services, User = User(user) };
        var token = market.Services.GetRequiredService<IAntiforgery>().GetAndStoreTokens(page);
        using var http = new HttpClient(new HttpClientHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = market.Http.BaseAddress };
        using var request = new HttpRequestMessage(HttpMethod.Post, form) { Content = new FormUrlEncodedContent([new(token.FormFieldName, token.RequestToken!)]) };
        request.Headers.Add("X-Test-User", user);
        request.Headers.Add("Accept-Language", "ru");
        request.Headers.Add("Cookie", page.Response.Headers.SetCookie.ToString().Split(';')[0]);
        return await http.SendAsync(request, Stop);
    }

    private static ClaimsPrincipal User(string user)
    {
        var parts = user.Split(':');
        var id = parts.Length == 2 ? EverybodyByHeader.IdOf(parts[0], Guid.Parse(parts[1])) : Ids.Derive(user);
        return new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, id.ToString())], "test"));
    }
}
