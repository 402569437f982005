using System.Net;
using System.Text;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Xunit;

namespace Fairground.Payments.Tests.Payouts;

/// <summary>Statements with a running balance, by period and kind, and their files (C-14, S-33), on both engines.</summary>
[Requirement("C-14"), Requirement("S-33")]
public sealed class StatementPaperTests
{
    private static readonly Encoding Windows1251 = CodePagesEncodingProvider.Instance.GetEncoding(1251)!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static TheoryData<DatabaseKind> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task Every_line_says_what_it_left_whatever_the_filter_shows(DatabaseKind kind)
    {
        await using var market = await Market.Open(kind, ("FAIRGROUND_DEMO_GATEWAY", "1"));
        var shop = await Busy(market);
        // The 24th: 1000 in; the 25th: 1000 out; the 26th: 250 in.
        var all = (await Statement(shop)).Body;
        Assert.Equal(["250:250", "-1000:0", "1000:1000"], Lines(all));
        Assert.Equal(("0", "1250", "1000", "250"), Sums(all));
        var second = (await Statement(shop, "from=2026-11-25&to=2026-11-25")).Body;
        Assert.Equal(["-1000:0"], Lines(second));
        Assert.Equal(("1000", "0", "1000", "0"), Sums(second));
        var sold = (await Statement(shop, "kind=tests.sold&from=2026-11-25")).Body;
        Assert.Equal(["250:250"], Lines(sold));
        Assert.Equal(("1000", "250", "0", "250"), Sums(sold));
        var page = (await Statement(shop, "limit=2")).Body;
        Assert.Equal(["250:250", "-1000:0"], Lines(page));
        Assert.Equal(["1000:1000"], Lines((await Statement(shop, $"limit=2&cursor={page.GetProperty("next").GetString()}")).Body));
        Assert.StartsWith("RF", all.GetProperty("items")[1].GetProperty("about").GetProperty("name").GetString(), StringComparison.Ordinal);
        Assert.Empty(Lines((await Statement(shop, "currency=EUR")).Body));

        foreach (var (query, code) in new[]
        {
            ("from=2026-11-26&to=2026-11-25", "statement.period_invalid"), ("from=yesterday", "statement.period_invalid"), ("kind=payments.top_up", "statement.kind_unknown"), ("currency=XYZ", "payment.currency_unknown"),
            ("cursor=%25", "request.cursor_invalid"),
        }) Assert.Equal((HttpStatusCode.UnprocessableEntity, code), ((await Statement(shop, query)).Status, (await Statement(shop, query)).Code));

        using var buyer = new Buyer(market.Host);
        await buyer.HasToppedUp(700);
        await buyer.HasToppedUp(50);
        Assert.Equal(["50:750", "700:700"], Lines((await buyer.Gets("me/statement")).Body));
        Assert.Equal("access.forbidden", (await buyer.Gets($"organisations/{shop.Id}/statement")).Code);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Its_files_carry_the_same_lines(DatabaseKind kind)
    {
        await using var market = await Market.Open(kind);
        var shop = await Busy(market);
        var path = $"/account/organisations/{shop.Id}/statement";
        var csv = (await shop.Owner.GetStringAsync(new Uri($"{path}/file/csv?from=2026-11-25", UriKind.Relative), Ct)).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("at,transfer_id,title,kind,amount,balance,currency,reference,about", csv[0].TrimStart('\uFEFF'));
        Assert.Equal(3, csv.Length);
        Assert.Contains(",payments.payout,-10.00,0.00,KZT,", csv[2], StringComparison.Ordinal);

        var text = Windows1251.GetString(await shop.Owner.GetByteArrayAsync(new Uri($"{path}/file/1c?from=2026-11-24&to=2026-11-26", UriKind.Relative), Ct));
        var lines = text.Split("\r\n");
        Assert.Equal("1CClientBankExchange", lines[0]);
        Assert.Equal(["НачальныйОстаток=0.00", "ВсегоПоступило=12.50", "ВсегоСписано=10.00", "КонечныйОстаток=2.50"], lines.Where(l => l.StartsWith("Начальный", StringComparison.Ordinal) || l.StartsWith("Всего", StringComparison.Ordinal) || l.StartsWith("Конечный", StringComparison.Ordinal)));
        Assert.Equal(["Сумма=10.00", "Сумма=10.00", "Сумма=2.50"], lines.Where(l => l.StartsWith("Сумма=", StringComparison.Ordinal)));
        Assert.Equal(["ДатаПоступило=24.11.2026", "ДатаСписано=25.11.2026", "ДатаПоступило=26.11.2026"], lines.Where(l => l.StartsWith("ДатаПоступило=", StringComparison.Ordinal) || l.StartsWith("ДатаСписано=", StringComparison.Ordinal)));
        Assert.Equal(3, lines.Count(l => l == "КонецДокумента"));
        Assert.Equal("КонецФайла", lines[^2]);

        Assert.Equal("statement.no_renderer", (await Answer.Of(await shop.Owner.GetAsync(new Uri($"{path}/file/pdf", UriKind.Relative), Ct))).Code);
        Assert.Equal("request.not_found", (await Answer.Of(await shop.Owner.GetAsync(new Uri($"{path}/file/docx", UriKind.Relative), Ct))).Code);
        var page = await shop.Owner.GetStringAsync(new Uri($"{path}?from=2026-11-25", UriKind.Relative), Ct);
        Assert.Contains("Payout to the bank", page, StringComparison.Ordinal);
        Assert.DoesNotContain("/file/pdf", page, StringComparison.Ordinal);
        using var stranger = market.Host.As(Guid.CreateVersion7());
        Assert.Equal(HttpStatusCode.Forbidden, (await stranger.GetAsync(new Uri($"{path}/file/csv", UriKind.Relative), Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await stranger.GetAsync(new Uri(path, UriKind.Relative), Ct)).StatusCode);
    }

    [Fact]
    public async Task A_pdf_is_made_where_a_renderer_is_named()
    {
        var chromium = Environment.GetEnvironmentVariable("FAIRGROUND_TEST_CHROMIUM");
        Assert.SkipWhen(string.IsNullOrEmpty(chromium), "FAIRGROUND_TEST_CHROMIUM names no browser.");
        await using var market = await Market.Open(DatabaseKind.Sqlite, ("FAIRGROUND_PDF", chromium));
        var shop = await Busy(market);
        using var pdf = await shop.Owner.GetAsync(new Uri($"/account/organisations/{shop.Id}/statement/file/pdf", UriKind.Relative), Ct);
        Assert.Equal((HttpStatusCode.OK, "application/pdf"), (pdf.StatusCode, pdf.Content.Headers.ContentType?.MediaType));
        var bytes = await pdf.Content.ReadAsByteArrayAsync(Ct);
        Assert.Equal("%PDF-"u8.ToArray(), bytes[..5]);
        Assert.True(bytes.Length > 5_000);
    }

    [Fact]
    public async Task A_renderer_that_makes_nothing_is_said_to_have_failed()
    {
        await using var market = await Market.Open(DatabaseKind.Sqlite, ("FAIRGROUND_PDF", "/bin/false"));
        var shop = await Busy(market);
        var answer = await Answer.Of(await shop.Owner.GetAsync(new Uri($"/account/organisations/{shop.Id}/statement/file/pdf", UriKind.Relative), Ct));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "statement.renderer_failed"), (answer.Status, answer.Code));
    }

    private static async Task<Shop> Busy(Market market)
    {
        var shop = await market.Shop("Kettles");
        await shop.Sells(1_000);
        market.Host.Clock.Advance(TimeSpan.FromDays(1));
        await market.Runs();
        market.Host.Clock.Advance(TimeSpan.FromDays(1));
        await shop.Sells(250);
        return shop;
    }

    private static Task<Answer> Statement(Shop shop, string query = "") => Market.Send(shop.Owner, HttpMethod.Get, $"organisations/{shop.Id}/statement?{query}", null);

    private static List<string> Lines(System.Text.Json.JsonElement body) =>
        [.. body.GetProperty("items").EnumerateArray().Select(l => $"{l.GetProperty("amount").GetProperty("amount").GetString()}:{l.GetProperty("balance").GetProperty("amount").GetString()}")];

    private static (string?, string?, string?, string?) Sums(System.Text.Json.JsonElement body)
    {
        string? Of(string name) => body.GetProperty(name).GetProperty("amount").GetString();
        return (Of("opening"), Of("in"), Of("out"), Of("closing"));
    }
}
