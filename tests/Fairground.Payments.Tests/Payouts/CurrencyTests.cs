using System.Globalization;
using Fairground.Kernel;
using Fairground.Kernel.Storage;
using Fairground.Ui;
using Xunit;

namespace Fairground.Payments.Tests.Payouts;

/// <summary>Every currency of ISO 4217 with the digits that it has, written as its reader writes it, and never turned into another in silence.</summary>
public sealed class CurrencyTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    // ISO 4217 list one, published 2024-06-25: 166 codes have minor units.
    [Fact]
    public void All_active_currencies_are_known_with_their_minor_units()
    {
        var all = from a in Letters from b in Letters from c in Letters select $"{a}{b}{c}";
        var known = all.Where(code => code != "RUR" && Currency.TryParse(code, out _)).Select(Currency.Of).GroupBy(c => c.MinorDigits).ToDictionary(g => g.Key, g => g.Select(c => c.Code).ToList());
        Assert.Equal((17, 140, 7, 2), (known[0].Count, known[2].Count, known[3].Count, known[4].Count));
        Assert.Equal(["BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"], known[0]);
        Assert.Equal(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"], known[3]);
        Assert.Equal(["CLF", "UYW"], known[4]);
        // Metals, funds without minor units, test codes, and what has been withdrawn.
        foreach (var none in new[] { "XAU", "XDR", "XTS", "XXX", "BYR", "ZWL", "HRK", "" }) Assert.False(Currency.TryParse(none, out _), none);
    }

    [Theory]
    [InlineData(123_456, "JPY", "en", "123\u202F456\u00A0JPY")]
    [InlineData(123_456, "KWD", "en", "123.456\u00A0KWD")]
    [InlineData(123_456, "KWD", "ru", "123,456\u00A0KWD")]
    [InlineData(123_456_789, "KZT", "kk", "1\u202F234\u202F567,89\u00A0₸")]
    [InlineData(150, "UZS", "ru", "1,50\u00A0UZS")]
    [InlineData(150, "UZS", "zh-Hans", "1.50\u00A0UZS")]
    [InlineData(-5, "BHD", "ko", "−0.005\u00A0BHD")]
    [InlineData(99_900, "KRW", "ko", "₩99\u202F900")]
    [InlineData(10_001, "CLF", "en", "1.0001\u00A0CLF")]
    [InlineData(long.MinValue, "USD", "en", "−$92\u202F233\u202F720\u202F368\u202F547\u202F758.08")]
    public void An_amount_is_written_as_its_reader_writes_it(long minor, string code, string language, string written) =>
        Assert.Equal(written, MoneyFormat.Format(new Money(minor, Currency.Of(code)), exact: true, culture: CultureInfo.GetCultureInfo(language)));

    [Theory]
    [InlineData("1500", "JPY", 1_500)]
    [InlineData("1500.5", "JPY", null)]
    [InlineData("1,005", "KWD", 1_005)]
    [InlineData("1.0005", "KWD", null)]
    [InlineData("0.01", "UZS", 1)]
    [InlineData("0.001", "UZS", null)]
    public void What_is_typed_is_taken_to_the_last_digit_or_not_at_all(string text, string code, int? minor) =>
        Assert.Equal(minor, Money.TryParseDecimal(text, Currency.Of(code), out var money) ? (int?)money.Minor : null);

    [Theory, MemberData(nameof(Fairground.Testing.TestDatabase.Engines), MemberType = typeof(Fairground.Testing.TestDatabase))]
    public async Task Money_of_one_currency_pays_nothing_in_another(DatabaseKind kind)
    {
        await using var market = await Market.Open(kind, ("FAIRGROUND_DEMO_GATEWAY", "1"));
        using var buyer = new Buyer(market.Host);
        foreach (var (minor, code) in new[] { (1_500L, "JPY"), (1_500L, "KWD"), (1_500L, "UZS") }) await buyer.HasToppedUp(minor, code);
        var balances = (await buyer.Gets("me/wallet")).Body.GetProperty("balances").EnumerateArray().Select(b => $"{b.GetProperty("balance").GetProperty("amount").GetString()} {b.GetProperty("balance").GetProperty("currency").GetString()}");
        Assert.Equal(["0 KZT", "1500 JPY", "1500 KWD", "1500 UZS"], balances);
        var csv = await buyer.Http.GetStringAsync(new Uri("/wallet/statement/file/csv?currency=KWD", UriKind.Relative), Ct);
        Assert.Contains(",1.500,1.500,KWD,", csv, StringComparison.Ordinal);
        var shop = await market.Shop("Kettles", currency: "JPY");
        await shop.Sells(1_500, "KWD");
        Assert.Equal("payout.no_bank_details", (await shop.AsksPayout("KWD")).Code);
        Assert.Equal("payout.below_minimum", (await shop.AsksPayout("JPY")).Code);
        await market.AuditHolds();
    }

    private static IEnumerable<char> Letters => Enumerable.Range('A', 26).Select(c => (char)c);
}
