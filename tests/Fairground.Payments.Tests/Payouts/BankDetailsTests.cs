using System.Net;
using System.Text.RegularExpressions;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Xunit;

namespace Fairground.Payments.Tests.Payouts;

/// <summary>Who may say where an organisation is paid, and how long that waits (S-33).</summary>
[Requirement("S-33")]
public sealed partial class BankDetailsTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static TheoryData<DatabaseKind> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task New_details_hold_after_two_days_and_every_owner_is_told_at_once(DatabaseKind kind)
    {
        await using var market = await Market.Open(kind);
        var shop = await market.Shop("Kettles");
        var partner = Guid.CreateVersion7();
        await Told(market, 1);
        market.Outside.Roles[(shop.Id, partner)] = ShopRole.Owner;
        market.Outside.Roles[(shop.Id, Guid.CreateVersion7())] = ShopRole.Staff;

        var made = await shop.WritesBankDetails(Market.OtherIban, bank: "COBADEFF");
        Assert.Equal((HttpStatusCode.Created, "DE89 … 3000"), (made.Status, made.Body.GetProperty("account").GetString()));
        await Told(market, 3);
        // One of the first details, two of these: staff hear nothing.
        Assert.Equal(new[] { shop.OwnerId, shop.OwnerId, partner }.Order(), market.Outside.Told("payments.bank_details_changed").Select(m => m.UserId!.Value).Order());
        Assert.All(market.Outside.Told("payments.bank_details_changed"), m => Assert.DoesNotContain(Market.OtherIban, m.Text, StringComparison.Ordinal));

        await shop.Sells(100);
        market.Host.Clock.Advance(TimeSpan.FromHours(48) - TimeSpan.FromMilliseconds(1));
        await market.Runs();
        Assert.Equal("KZ86 … 0100", Assert.Single(await market.Payouts()).GetProperty("account").GetString());
        market.Host.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await shop.Sells(100);
        await market.Runs();
        Assert.Equal("DE89 … 3000", (await market.Payouts())[0].GetProperty("account").GetString());
        await market.AuditHolds();
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Details_that_wait_are_taken_back_and_those_that_hold_are_not(DatabaseKind kind)
    {
        await using var market = await Market.Open(kind);
        var shop = await market.Shop("Kettles");
        Assert.Equal((HttpStatusCode.Conflict, "bank.details_unchanged"), Said(await shop.WritesBankDetails(Market.Iban)));
        var first = await shop.WritesBankDetails(Market.OtherIban, bank: "COBADEFF");
        var second = await shop.WritesBankDetails("NO9386011117947", bank: null);
        var info = (await shop.Look()).Body;
        Assert.Equal("NO93 … 7947", Assert.Single(info.GetProperty("waiting").EnumerateArray()).GetProperty("account").GetString());
        // The first was replaced, which is as good as taken back.
        Assert.Equal(HttpStatusCode.NoContent, (await TakesBack(shop, first.Body.GetProperty("bankDetailsId").GetGuid())).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await TakesBack(shop, second.Body.GetProperty("bankDetailsId").GetGuid())).Status);
        Assert.Empty((await shop.Look()).Body.GetProperty("waiting").EnumerateArray());
        var holds = info.GetProperty("bankDetails")[0].GetProperty("bankDetailsId").GetGuid();
        Assert.Equal((HttpStatusCode.Conflict, "bank.details_hold"), Said(await TakesBack(shop, holds)));
        Assert.Equal((HttpStatusCode.NotFound, "bank.details_not_found"), Said(await TakesBack(shop, Guid.CreateVersion7())));
        var other = await market.Shop("Lamps");
        Assert.Equal("bank.details_not_found", (await TakesBack(other, holds)).Code);
        market.Host.Clock.Advance(TimeSpan.FromDays(3));
        Assert.Equal("KZ86 … 0100", (await shop.Look()).Body.GetProperty("bankDetails")[0].GetProperty("account").GetString());
    }

    [Fact]
    public async Task What_is_no_bank_account_is_refused_with_its_reason()
    {
        await using var market = await Market.Open(DatabaseKind.Sqlite);
        var shop = await market.Shop("Kettles", iban: null);
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "bank.account_checksum"), Said(await shop.WritesBankDetails("KZ86125KZT5004100101")));
        Assert.Equal("bank.account_invalid", (await shop.WritesBankDetails("KZ86")).Code);
        Assert.Equal("bank.bank_invalid", (await shop.WritesBankDetails(Market.Iban, bank: "HSBK")).Code);
        Assert.Equal("bank.holder_invalid", (await shop.WritesBankDetails(Market.Iban, holder: " K ")).Code);
        Assert.Equal("payment.currency_unknown", (await shop.WritesBankDetails(Market.Iban, currency: "ZZZ")).Code);
        Assert.Empty((await shop.Look()).Body.GetProperty("bankDetails").EnumerateArray());
    }

    [Fact]
    public async Task Nobody_but_an_owner_who_confirmed_it_is_they_changes_where_money_goes()
    {
        await using var market = await Market.Open(DatabaseKind.Sqlite);
        var shop = await market.Shop("Kettles");
        var (staffId, stranger) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        market.Outside.Roles[(shop.Id, staffId)] = ShopRole.Staff;
        foreach (var id in new[] { staffId, stranger })
        {
            using var client = market.Host.As(id);
            Assert.Equal((HttpStatusCode.Forbidden, "access.forbidden"), Said(await shop.WritesBankDetails(Market.OtherIban, by: client)));
            Assert.Equal("access.forbidden", (await shop.Look(client)).Code);
            Assert.Equal(HttpStatusCode.Forbidden, (await client.GetAsync(new Uri($"/account/organisations/{shop.Id}/payouts", UriKind.Relative), Ct)).StatusCode);
            Assert.Equal("access.forbidden", (await Market.Send(client, HttpMethod.Get, "payouts", null)).Code);
            Assert.Equal("access.forbidden", (await Market.Send(client, HttpMethod.Put, $"payees/{shop.Id}/check", new { state = "checked" })).Code);
        }
        market.Outside.Stale[shop.OwnerId] = true;
        Assert.Equal((HttpStatusCode.Forbidden, "access.confirm_identity"), Said(await shop.WritesBankDetails(Market.OtherIban)));
        Assert.Equal("access.confirm_identity", (await shop.AsksPayout()).Code);
        Assert.Equal(HttpStatusCode.OK, (await shop.Look()).Status);
    }

    [Fact]
    public async Task A_check_is_told_with_its_reason()
    {
        await using var market = await Market.Open(DatabaseKind.Sqlite);
        var shop = await market.Shop("Kettles", isChecked: false, iban: null);
        Assert.Equal("payout.check_unknown", (await market.Check(shop, "perhaps")).Code);
        Assert.Equal("payout.reason_missing", (await market.Check(shop, "refused")).Code);
        Assert.Equal(HttpStatusCode.NoContent, (await market.Check(shop, "refused", "No licence")).Status);
        Assert.Equal(("refused", "No licence"), ((await shop.Look()).Body.GetProperty("check").GetString(), (await shop.Look()).Body.GetProperty("checkReason").GetString()));
        await Eventually.Holds(() => Task.FromResult(market.Outside.Told("payments.payee_checked").Count == 1), TimeSpan.FromSeconds(10), "the owner is told");
        Assert.Contains("No licence", Assert.Single(market.Outside.Told("payments.payee_checked")).Text, StringComparison.Ordinal);
        Assert.Equal("request.not_found", (await Market.Send(market.Office, HttpMethod.Put, $"payees/{Guid.CreateVersion7()}/check", new { state = "checked" })).Code);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task The_pages_do_it_with_plain_forms(DatabaseKind kind)
    {
        await using var market = await Market.Open(kind);
        var shop = await market.Shop("Kettles");
        await shop.Sells(123_456);
        var path = $"/account/organisations/{shop.Id}/payouts";
        var page = await Page(shop.Owner, path);
        Assert.Contains("Checked by the operator", page, StringComparison.Ordinal);
        Assert.DoesNotContain(Market.Iban, page, StringComparison.Ordinal);

        var refused = await Post(shop.Owner, path, page, "details", ("code", "KZT"), ("holder", "Kettles"), ("number", "KZ00125KZT5004100100"), ("bank", ""));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        var kept = await refused.Content.ReadAsStringAsync(Ct);
        Assert.Contains("bank.account_checksum", kept, StringComparison.Ordinal);
        Assert.Contains("KZ00125KZT5004100100", kept, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Found, (await Post(shop.Owner, path, page, "terms", ("schedule", "weekly"), ("minimum", "100,50"))).StatusCode);
        Assert.Equal("10050", (await shop.Look()).Body.GetProperty("minimum").GetProperty("amount").GetString());
        foreach (var _ in new[] { 1, 2 }) Assert.Equal(HttpStatusCode.Found, (await Post(shop.Owner, path, page, "ask", ("currency", "KZT"))).StatusCode);
        Assert.Single(await market.Payouts());

        var office = await Page(market.Office, "/office/payouts");
        Assert.Equal(HttpStatusCode.Found, (await Post(market.Office, "/office/payouts", office, "run")).StatusCode);
        await market.RunDue();
        office = await Page(market.Office, "/office/payouts");
        using var file = await market.Office.GetAsync(new Uri($"/office/payouts/files/{(await market.Files())[0].GetProperty("fileId").GetGuid()}", UriKind.Relative), Ct);
        Assert.Equal("application/xml", file.Content.Headers.ContentType?.MediaType);
        var payout = Assert.Single(await market.Payouts()).GetProperty("payoutId").GetGuid();
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await Post(market.Office, "/office/payouts", office, $"end-{payout:N}", ("payout", $"{payout}"), ("what", "returned"), ("reason", ""))).StatusCode);
        Assert.Equal(HttpStatusCode.Found, (await Post(market.Office, "/office/payouts", office, $"end-{payout:N}", ("payout", $"{payout}"), ("what", "returned"), ("reason", "Wrong name"))).StatusCode);
        Assert.Contains("Wrong name", await Page(shop.Owner, path), StringComparison.Ordinal);
        var payees = await Page(market.Office, "/office/payouts/payees");
        Assert.Equal(HttpStatusCode.Found, (await Post(market.Office, "/office/payouts/payees", payees, $"check-{shop.Id:N}", ("organisation", $"{shop.Id}"), ("state", "refused"), ("reason", "Looked again"))).StatusCode);
        Assert.Contains("Looked again", await Page(shop.Owner, path), StringComparison.Ordinal);
        await market.AuditHolds();
    }

    private static (HttpStatusCode, string?) Said(Answer answer) => (answer.Status, answer.Code);

    private static Task<Answer> TakesBack(Shop shop, Guid details) => Market.Send(shop.Owner, HttpMethod.Delete, $"organisations/{shop.Id}/bank-details/{details}", null);

    private static Task Told(Market market, int count) =>
        Eventually.Holds(() => Task.FromResult(market.Outside.Told("payments.bank_details_changed").Count == count), TimeSpan.FromSeconds(10), "owners are told");

    private static async Task<string> Page(HttpClient client, string path)
    {
        using var response = await client.GetAsync(new Uri(path, UriKind.Relative), Ct);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadAsStringAsync(Ct);
    }

    // The hidden fields of the page's forms are the same but for the handler's name.
    private static Task<HttpResponseMessage> Post(HttpClient client, string path, string page, string handler, params (string Name, string Value)[] fields)
    {
        var form = HiddenField().Matches(page).GroupBy(m => m.Groups["name"].Value).ToDictionary(g => g.Key, g => WebUtility.HtmlDecode(g.First().Groups["value"].Value));
        form["_handler"] = handler;
        foreach (var (name, value) in fields) form[name] = value;
        return client.PostAsync(new Uri(path, UriKind.Relative), new FormUrlEncodedContent(form), Ct);
    }

    [GeneratedRegex("""<input type="hidden" name="(?<name>[^"]+)" value="(?<value>[^"]*)"\s*/?>""")]
    private static partial Regex HiddenField();
}
