using System.Net;
using System.Text.RegularExpressions;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Xunit;

namespace Fairground.Payments.Tests;

/// <summary>The wallet's pages with scripts off: plain forms, one redirect.</summary>
[Requirement("C-14")]
public sealed partial class PageTests
{
    private static readonly (string, string) Demo = ("FAIRGROUND_DEMO_GATEWAY", "1");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task A_form_sent_twice_is_one_top_up_and_the_demo_page_pays_it(DatabaseKind kind)
    {
        await using var host = await PaymentsHost.Start(kind, Demo);
        using var buyer = new Buyer(host);
        var form = Fields(await Page(buyer, "/wallet"));
        form["amount"] = "5 000,50";
        var (first, second) = (await Post(buyer, "/wallet", form), await Post(buyer, "/wallet", form));
        Assert.Equal(HttpStatusCode.Found, first.StatusCode);
        Assert.Equal(first.Headers.Location, second.Headers.Location);

        var pay = PathOf(first);
        var page = await Page(buyer, pay);
        Assert.Contains("No real money moves", page, StringComparison.Ordinal);
        var play = Fields(page);
        play["outcome"] = "succeeded";
        foreach (var _ in new[] { 1, 2 })
        {
            var done = await Post(buyer, pay, play);
            Assert.Equal((HttpStatusCode.Found, "/wallet"), (done.StatusCode, PathOf(done)));
        }
        play["outcome"] = "failed";
        var refused = await Post(buyer, pay, play);
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Contains("payment.already_completed", await refused.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
        Assert.Equal(500_050, await buyer.Balance());
        Assert.Contains("Top-up", await Page(buyer, "/wallet"), StringComparison.Ordinal);
        await host.AuditHolds();
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task A_refused_form_says_why_and_keeps_what_was_written(DatabaseKind kind)
    {
        await using var host = await PaymentsHost.Start(kind, Demo);
        using var buyer = new Buyer(host);
        var form = Fields(await Page(buyer, "/wallet"));
        foreach (var (amount, code) in new[] { ("10000001", "payment.amount_out_of_range"), ("much", "request.invalid"), ("", "request.invalid") })
        {
            form["amount"] = amount;
            var refused = await Post(buyer, "/wallet", form);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
            var page = await refused.Content.ReadAsStringAsync(Ct);
            Assert.Contains(code, page, StringComparison.Ordinal);
            Assert.Equal(form["idempotencyKey"], Fields(page)["idempotencyKey"]);
        }
        await host.AuditHolds();
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task The_demo_page_shows_a_payment_to_its_owner_only_and_not_where_it_is_off(DatabaseKind kind)
    {
        await using var host = await PaymentsHost.Start(kind, Demo);
        using var buyer = new Buyer(host);
        using var stranger = new Buyer(host);
        var payment = await buyer.HasStartedTopUp(100);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.Http.GetAsync(new Uri($"/pay/{payment}", UriKind.Relative), Ct)).StatusCode);
        await using var off = await PaymentsHost.Start(kind);
        using var other = new Buyer(off);
        Assert.Equal(HttpStatusCode.NotFound, (await other.Http.GetAsync(new Uri($"/pay/{payment}", UriKind.Relative), Ct)).StatusCode);
    }

    private static string PathOf(HttpResponseMessage response) => new Uri(new Uri("http://x"), response.Headers.Location!).AbsolutePath;

    private static async Task<string> Page(Buyer buyer, string path)
    {
        using var response = await buyer.Http.GetAsync(new Uri(path, UriKind.Relative), Ct);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadAsStringAsync(Ct);
    }

    private static Task<HttpResponseMessage> Post(Buyer buyer, string path, Dictionary<string, string> form) =>
        buyer.Http.PostAsync(new Uri(path, UriKind.Relative), new FormUrlEncodedContent(form), Ct);

    private static Dictionary<string, string> Fields(string page) =>
        HiddenField().Matches(page).ToDictionary(m => m.Groups["name"].Value, m => WebUtility.HtmlDecode(m.Groups["value"].Value));

    [GeneratedRegex("""<input type="hidden" name="(?<name>[^"]+)" value="(?<value>[^"]*)"\s*/?>""")]
    private static partial Regex HiddenField();
}
