using System.Net;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Storage;
using Fairground.Payments.TakeCash;
using Fairground.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Fairground.Payments.Tests.Payouts;

/// <summary>Cash at a shop's till: what it may hand out, who guesses, and which documents it calls for.</summary>
public sealed class TillTests
{
    private static readonly (string, string) On = ("FAIRGROUND_TILL_CASH", "1");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static TheoryData<DatabaseKind> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    [Requirement("C-13"), Requirement("S-33")]
    public async Task What_a_shop_kept_of_its_payout_is_not_handed_out_once_more(DatabaseKind kind)
    {
        await using var market = await Market.Open(kind, On);
        var shop = await market.Shop("Kettles and Co");
        using var buyer = new Buyer(market.Host);
        Assert.Equal(HttpStatusCode.Created, (await Uses(shop, await Code(buyer), 1_000)).Status);
        await shop.Sells(5_000);
        Assert.Equal(HttpStatusCode.Created, (await shop.AsksPayout()).Status);
        Assert.Equal(0, (await market.In(TillPostings.TillOf(shop.Id, "KZT"))).Balance);
        var back = await Code(buyer, 1_000);
        var refused = await Uses(shop, back, 1_000);
        Assert.Equal((HttpStatusCode.Conflict, "till.no_cash"), (refused.Status, refused.Code));
        // What it takes from now on it can hand out again.
        Assert.Equal(HttpStatusCode.Created, (await Uses(shop, await Code(buyer), 1_000)).Status);
        Assert.Equal(HttpStatusCode.Created, (await Uses(shop, back, 1_000)).Status);
        Assert.Equal((1_000, 0), (await buyer.Balance(), (await market.In(TillPostings.TillOf(shop.Id, "KZT"))).Balance));
        await market.AuditHolds();
    }

    [Theory, MemberData(nameof(Engines))]
    [Requirement("S-33")]
    public async Task A_shop_without_sales_pays_its_cash_into_the_bank(DatabaseKind kind)
    {
        await using var market = await Market.Open(kind, On);
        var (shop, other) = (await market.Shop("Kettles and Co"), await market.Shop("Lamps"));
        using var buyer = new Buyer(market.Host);
        Assert.Equal(HttpStatusCode.Created, (await Uses(shop, await Code(buyer), 1_500)).Status);
        await market.Office.PostAsync(new Uri("/api/v1/bank-statements", UriKind.Relative), new ByteArrayContent(BankStatementTests.Camt(
            BankStatementTests.Entry("CRDT", "10.00", "B1", "cash of the week"), BankStatementTests.Entry("CRDT", "5.01", "B2", "cash of the next week"), BankStatementTests.Entry("DBIT", "5.00", "B3", "rent"))), Ct);
        var lines = (await Market.Send(market.Office, HttpMethod.Get, "bank-lines", null)).Body.GetProperty("items").EnumerateArray().ToDictionary(l => l.GetProperty("bankReference").GetString()!, l => l.GetProperty("lineId").GetGuid());
        var page = await market.Office.GetStringAsync(new Uri("/office/bank", UriKind.Relative), Ct);
        Assert.Contains("Kettles and Co, ", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Lamps, ", page, StringComparison.Ordinal);
        Task<Answer> Says(string line, Shop whose) => Market.Send(market.Office, HttpMethod.Post, $"bank-lines/{lines[line]}/till", new { shopId = whose.Id });
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "bank.till_owes_less"), ((await Says("B1", other)).Status, (await Says("B1", other)).Code));
        Assert.Equal("bank.line_outgoing", (await Says("B3", shop)).Code);
        Assert.Equal(HttpStatusCode.NoContent, (await Says("B1", shop)).Status);
        Assert.Equal("bank.line_settled", (await Says("B1", shop)).Code);
        // 5.00 are left.
        Assert.Equal("bank.till_owes_less", (await Says("B2", shop)).Code);
        Assert.Equal((-500, 1_500), ((await market.In(TillPostings.TillOf(shop.Id, "KZT"))).Balance, await buyer.Balance()));
        // What it has not brought any more is not kept of its payout.
        await shop.Sells(2_000);
        Assert.Equal(HttpStatusCode.Created, (await shop.AsksPayout()).Status);
        Assert.Equal(1_500, await market.Transit(shop));
        await market.AuditHolds();
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Whoever_guesses_codes_on_the_page_or_by_calls_learns_nothing_after_ten(DatabaseKind kind)
    {
        await using var market = await Market.Open(kind, On);
        var (shop, other) = (await market.Shop("Kettles and Co"), await market.Shop("Lamps"));
        using var buyer = new Buyer(market.Host);
        var (code, back) = (await Code(buyer), await Code(buyer, 700));
        var differs = await Uses(shop, back, 900);
        Assert.Equal("till.amount_differs", differs.Code);
        Assert.False(differs.Body.TryGetProperty("amount", out _));
        for (var i = 0; i < 9; i++) Assert.Equal((HttpStatusCode.UnprocessableEntity, "till.code_invalid"), await OnPage(shop, Wrong(code, i)));
        Assert.Equal((HttpStatusCode.TooManyRequests, "till.too_many_tries"), await OnPage(shop, code));
        var call = await Uses(shop, code, 500);
        Assert.Equal((HttpStatusCode.TooManyRequests, "till.too_many_tries"), (call.Status, call.Code));
        Assert.Equal(0, await buyer.Balance());
        // Another till is another, and ten minutes later all is forgotten. What is right does not count.
        Assert.Equal("till.code_invalid", (await Uses(other, Wrong(code, 0), 500)).Code);
        market.Host.Clock.Advance(TimeSpan.FromMinutes(10));
        for (var i = 0; i < 12; i++) Assert.Equal(HttpStatusCode.Created, (await Uses(shop, await Code(buyer), 10)).Status);
        Assert.Equal(120, await buyer.Balance());
        await market.AuditHolds();
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Codes_that_are_guessed_at_once_are_counted_one_by_one(DatabaseKind kind)
    {
        await using var market = await Market.Open(kind, On);
        var shop = await market.Shop("Kettles and Co");
        var answers = await Task.WhenAll(Enumerable.Range(0, 30).Select(i => Uses(shop, $"{i:D8}", 100)));
        Assert.Equal((10, 20), (answers.Count(a => a.Code == "till.code_invalid"), answers.Count(a => a.Code == "till.too_many_tries")));
    }

    [Fact]
    [Requirement("S-40")]
    public async Task Cash_that_comes_in_has_a_receipt_and_cash_that_goes_out_a_credit_note()
    {
        await using var market = await Market.Open(DatabaseKind.Sqlite, On);
        await using var scope = market.Host.Services.CreateAsyncScope();
        var papers = scope.ServiceProvider.GetRequiredService<IPapers>();
        var (person, shop, amount) = (Guid.CreateVersion7(), Guid.CreateVersion7(), new Money(700, Currency.Of("KZT")));
        Assert.Contains("payments.cash_in", papers.Movements);
        Assert.Contains("payments.cash_out", papers.Movements);
        var (taken, handed) = (new Fairground.Kernel.Contracts.Moved(Guid.CreateVersion7(), "payments.cash_in", shop, person, amount, market.Host.Clock.GetUtcNow(), Guid.CreateVersion7()), new Fairground.Kernel.Contracts.Moved(Guid.CreateVersion7(), "payments.cash_out", person, shop, amount, market.Host.Clock.GetUtcNow(), Guid.CreateVersion7()));
        var due = await papers.Due([taken, handed], Ct);
        foreach (var (moved, kind) in new[] { (taken, PaperKind.Receipt), (handed, PaperKind.CreditNote) })
        {
            var paper = Assert.Single(due[moved.TransferId]);
            Assert.Equal((kind, Supplies.TopUp, PaperBuyer.Person, person, 700L), (paper.Kind, paper.Supply, paper.BuyerKind, paper.Buyer!.Value, Assert.Single(paper.Lines).Gross));
        }
    }

    private static string Wrong(string code, int i) => $"{(int.Parse(code, System.Globalization.CultureInfo.InvariantCulture) + 1 + i) % 100_000_000:D8}";

    private static async Task<(HttpStatusCode Status, string Code)> OnPage(Shop shop, string code)
    {
        var page = await PageForm.Of(shop.Owner, "/shop/till", "till");
        using var answer = await page.Post(shop.Owner, ("code", code), ("amount", "5"));
        var said = await answer.Content.ReadAsStringAsync(Ct);
        return (answer.StatusCode, new[] { "till.code_invalid", "till.too_many_tries" }.Single(c => said.Contains(c, StringComparison.Ordinal)));
    }

    private static Task<Answer> Uses(Shop shop, string code, long minor) =>
        Market.Send(shop.Owner, HttpMethod.Post, $"shops/{shop.Id}/till/entries", new { code, amount = Sum(minor) }, Guid.CreateVersion7().ToString());

    private static async Task<string> Code(Buyer buyer, long? paidOut = null) =>
        (await Market.Send(buyer.Http, HttpMethod.Post, "me/wallet/till-codes", paidOut is { } minor ? new { payOut = true, amount = Sum(minor) } : new { })).Body.GetProperty("code").GetString()!;

    private static object Sum(long minor) => new { amount = minor.ToString(System.Globalization.CultureInfo.InvariantCulture), currency = "KZT" };
}
