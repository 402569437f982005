using Fairground.Documents.KeepTaxProfile;
using Fairground.Documents.KnowTaxes;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Testing;
using Xunit;

namespace Fairground.Documents.Tests;

/// <summary>Tax rules are data, and what follows from them is exact to the last minor unit.</summary>
[Requirement("S-40")]
public sealed class TaxTests
{
    private static readonly TaxShare Sixteen = new("standard", "S", 16_000);
    private static readonly TaxShare Five = new("reduced", "S", 5_000);
    private static readonly TaxShare Nothing = new("zero", "Z", 0);

    [Theory]
    // 24,900.00 KZT with 12 %: 24900 * 12 / 112 = 2667.857…
    [InlineData(2_490_000, 12_000, PriceStyle.Inclusive, 2_223_214, 266_786)]
    // The same with 16 %: 24900 * 16 / 116 = 3434.4827…
    [InlineData(2_490_000, 16_000, PriceStyle.Inclusive, 2_146_552, 343_448)]
    // 11,000 KRW, which has no decimals, with 10 %.
    [InlineData(11_000, 10_000, PriceStyle.Inclusive, 10_000, 1_000)]
    // 9,999 KRW: 9999 / 11 = 909 exactly.
    [InlineData(9_999, 10_000, PriceStyle.Inclusive, 9_090, 909)]
    // 12.345 OMR, which has three decimals, with 5 %: 12345 * 5 / 105 = 587.857…
    [InlineData(12_345, 5_000, PriceStyle.Inclusive, 11_757, 588)]
    // 10.00 USD without the tax of California: 7.25 % is 0.725, half goes up.
    [InlineData(1_000, 7_250, PriceStyle.Exclusive, 1_000, 73)]
    // Half a unit goes up: 0.50 at 1 %.
    [InlineData(50, 1_000, PriceStyle.Exclusive, 50, 1)]
    [InlineData(49, 1_000, PriceStyle.Exclusive, 49, 0)]
    [InlineData(0, 16_000, PriceStyle.Inclusive, 0, 0)]
    // As large as an amount can be.
    [InlineData(long.MaxValue, 20_000, PriceStyle.Inclusive, 7_686_143_364_045_646_506, 1_537_228_672_809_129_301)]
    public void A_line_is_parted_into_net_and_tax(long amount, int rate, PriceStyle style, long net, long tax)
    {
        foreach (var unit in Enum.GetValues<RoundingUnit>())
        {
            var sum = TaxSum.Of([new TaxableLine(amount, new TaxShare("standard", "S", rate))], style, unit);
            Assert.Equal((net, tax, net + tax), (sum.Net, sum.Tax, sum.Gross));
            Assert.Equal([new SummedLine(net, tax, net + tax)], sum.Lines);
        }
    }

    // Three lines of 0.99 with 20 %: 0.165 each. By line that is 0.17 three times; together 0.495, which is 0.50.
    [Theory]
    [InlineData(RoundingUnit.Line, 51, new long[] { 17, 17, 17 })]
    [InlineData(RoundingUnit.Document, 50, new long[] { 17, 17, 16 })]
    public void Rounding_is_by_line_or_by_document_and_lines_always_add_up(RoundingUnit unit, long tax, long[] lines)
    {
        var sum = TaxSum.Of([.. Enumerable.Repeat(new TaxableLine(99, new TaxShare("standard", "S", 20_000)), 3)], PriceStyle.Inclusive, unit);
        Assert.Equal((297 - tax, tax, 297), (sum.Net, sum.Tax, sum.Gross));
        Assert.Equal(lines, sum.Lines.Select(l => l.Tax));
        Assert.Equal([new TaxGroup(new TaxShare("standard", "S", 20_000), 297 - tax, tax)], sum.Groups);
    }

    [Fact]
    public void Each_rate_has_its_sum_and_an_exclusive_price_grows_by_it()
    {
        var sum = TaxSum.Of([new TaxableLine(1_000, Sixteen), new TaxableLine(333, Five), new TaxableLine(77, Nothing), new TaxableLine(1, Sixteen)], PriceStyle.Exclusive, RoundingUnit.Document);
        Assert.Equal([new TaxGroup(Sixteen, 1_001, 160), new TaxGroup(Five, 333, 17), new TaxGroup(Nothing, 77, 0)], sum.Groups);
        Assert.Equal((1_411, 177, 1_588), (sum.Net, sum.Tax, sum.Gross));
        Assert.Equal([1_160, 350, 77, 1], sum.Lines.Select(l => l.Gross));
    }

    [Fact]
    public void However_lines_fall_their_parts_make_up_the_whole()
    {
        var random = new Random(7);
        for (var round = 0; round < 300; round++)
        {
            var lines = Enumerable.Range(0, random.Next(1, 12)).Select(_ => new TaxableLine(random.Next(0, 100_000), random.Next(3) switch { 0 => Sixteen, 1 => Five, _ => Nothing })).ToList();
            foreach (var style in Enum.GetValues<PriceStyle>())
            {
                var sum = TaxSum.Of(lines, style, RoundingUnit.Document);
                Assert.Equal(lines.Sum(l => l.Amount), style == PriceStyle.Inclusive ? sum.Gross : sum.Net);
                Assert.Equal((sum.Net, sum.Tax), (sum.Groups.Sum(g => g.Base), sum.Groups.Sum(g => g.Tax)));
                Assert.All(sum.Lines, l => Assert.True(l.Net >= 0 && l.Tax >= 0 && l.Net + l.Tax == l.Gross));
                // Never more than a unit away from what each line alone would give.
                foreach (var (line, at) in lines.Select((l, i) => (l, i)))
                    Assert.InRange(sum.Lines[at].Tax - TaxSum.Of([line], style, RoundingUnit.Line).Tax, -1, 1);
            }
        }
    }

    [Theory]
    [InlineData("KZ", null, "goods", null, "2025-12-31", "standard", "S", 12_000)]
    [InlineData("KZ", null, "goods", null, "2026-01-01", "standard", "S", 16_000)]
    [InlineData("KZ", null, "goods", "medicine", "2026-06-01", "medicine", "S", 5_000)]
    [InlineData("KZ", null, "goods", "medicine", "2027-01-01", "medicine", "S", 10_000)]
    [InlineData("KZ", null, "goods", "zero", "2026-06-01", "zero", "Z", 0)]
    [InlineData("KZ", null, "goods", "exempt", "2026-06-01", "exempt", "E", 0)]
    [InlineData("KZ", null, "top-up", null, "2026-06-01", "outside", "O", 0)]
    [InlineData("KZ", null, "entries", null, "2026-06-01", "outside", "O", 0)]
    [InlineData("KZ", null, "commission", null, "2026-06-01", "standard", "S", 16_000)]
    [InlineData("KR", null, "goods", null, "2026-06-01", "standard", "S", 10_000)]
    [InlineData("CN", null, "goods", null, "2019-03-31", "standard", "S", 16_000)]
    [InlineData("CN", null, "goods", null, "2026-06-01", "standard", "S", 13_000)]
    [InlineData("CN", null, "goods", "reduced", "2026-06-01", "reduced", "S", 9_000)]
    [InlineData("CN", null, "fee", null, "2026-06-01", "services", "S", 6_000)]
    [InlineData("GB", null, "goods", null, "2026-06-01", "standard", "S", 20_000)]
    [InlineData("GB", null, "goods", "reduced", "2026-06-01", "reduced", "S", 5_000)]
    [InlineData("DE", null, "goods", null, "2020-09-01", "standard", "S", 16_000)]
    [InlineData("DE", null, "goods", null, "2026-06-01", "standard", "S", 19_000)]
    // Goods keep the rate that they were given where the shop was before: it says nothing here.
    [InlineData("DE", null, "goods", "medicine", "2026-06-01", "standard", "S", 19_000)]
    [InlineData("FR", null, "goods", "intermediate", "2026-06-01", "intermediate", "S", 10_000)]
    [InlineData("FR", null, "goods", null, "2013-12-31", "standard", "S", 19_600)]
    [InlineData("US", "US-CA", "goods", null, "2026-06-01", "standard", "S", 7_250)]
    [InlineData("US", "US-OR", "goods", null, "2026-06-01", "standard", "Z", 0)]
    [InlineData("ZZ", null, "goods", null, "2026-06-01", "standard", "S", 10_000)]
    public void The_rate_is_that_of_the_place_the_supply_and_the_day(string country, string? region, string supply, string? goods, string day, string code, string category, int rate) =>
        Assert.Equal(new TaxShare(code, category, rate), TaxChoice.Of(Profile(country, region), TaxBuyer.Private, supply, goods, DateOnly.Parse(day, System.Globalization.CultureInfo.InvariantCulture)));

    [Theory]
    [InlineData("DE", "FR", "FR40303265045", "commission", "reverse", "AE")]
    [InlineData("DE", "GR", "EL123456789", "commission", "reverse", "AE")]
    [InlineData("FR", "DE", "DE123456789", "commission", "reverse", "AE")]
    // A number that is none, a buyer at home, a buyer outside of the area, and a buyer without a number pay the tax.
    [InlineData("DE", "FR", "FR1", "commission", "standard", "S")]
    [InlineData("DE", "DE", "DE123456789", "commission", "standard", "S")]
    [InlineData("DE", "KZ", "190540001234", "commission", "standard", "S")]
    [InlineData("DE", "FR", null, "commission", "standard", "S")]
    // What is not taxed is not reversed, and elsewhere nothing is.
    [InlineData("DE", "FR", "FR40303265045", "top-up", "outside", "O")]
    [InlineData("KZ", "FR", "FR40303265045", "commission", "standard", "S")]
    public void A_business_in_another_country_of_the_area_accounts_for_the_tax_itself(string seller, string country, string? number, string supply, string code, string category)
    {
        var share = TaxChoice.Of(Profile(seller, null), new TaxBuyer(country, number), supply, null, new DateOnly(2026, 6, 1));
        Assert.Equal((code, category), (share.Code, share.Category));
        if (category == "AE") Assert.Equal(0, share.Rate);
    }

    [Fact]
    public void Whoever_is_not_registered_charges_no_tax()
    {
        Assert.Equal(TaxChoice.NotRegistered, TaxChoice.Of(null, TaxBuyer.Private, Supplies.Goods, null, new DateOnly(2026, 6, 1)));
        Assert.Equal(TaxChoice.NotRegistered, TaxChoice.Of(Profile("KZ", null, registered: false), TaxBuyer.Private, Supplies.Goods, "standard", new DateOnly(2026, 6, 1)));
    }

    [Fact]
    public void Every_file_of_rules_can_be_used_and_says_where_it_comes_from()
    {
        Assert.Equal(["demo", "cn", "de", "fr", "gb", "kr", "kz", "us"], TaxFiles.All.Select(r => r.Id));
        Assert.All(TaxFiles.All, r => Assert.True(r.Source.Length > 20 && r.Version >= 1));
        Assert.Equal(["CN", "DE", "FR", "GB", "KR", "KZ", "ZZ"], TaxFiles.All.Where(r => r is { Scheme: "VAT", Prices: PriceStyle.Inclusive }).Select(r => r.Country).Order());
        Assert.Equal(("sales-tax", PriceStyle.Exclusive), (TaxFiles.Of("US")!.Scheme, TaxFiles.Of("US")!.Prices));
        Assert.Equal(RoundingUnit.Line, TaxFiles.Of("CN")!.Rounding);
        Assert.All(new[] { "DE", "FR" }, country => Assert.Equal(26, TaxFiles.Of(country)!.Reverse!.Count));
    }

    [Theory]
    [InlineData("\"until\": \"2025-12-31\"", "\"until\": \"2025-12-30\"", "gap")]
    [InlineData("\"percent\": \"16\"", "\"percent\": \"sixteen\"", "percent")]
    [InlineData("\"percent\": \"12\"", "\"percent\": \"0\"", "category")]
    [InlineData("\"goods\": \"standard\"", "\"goods\": \"nowhere\"", "no rate for goods")]
    [InlineData("\"pattern\": \"[0-9]{12}\"", "\"pattern\": \"[0-9]{11}\"", "example")]
    [InlineData("\"category\": \"Z\"", "\"category\": \"Q\"", "unknown category")]
    [InlineData("\"prices\": \"inclusive\"", "\"prices\": \"by the pound\"", "cannot be read")]
    [InlineData("\"country\": \"KZ\"", "\"country\": \"KZ\", \"planet\": \"Earth\"", "cannot be read")]
    [InlineData("\"ko\": \"영세율\"", "\"xx\": \"영세율\"", "name is missing in ko")]
    public void Rules_that_contradict_themselves_are_refused(string was, string becomes, string says)
    {
        using var reader = new StreamReader(typeof(TaxFiles).Assembly.GetManifestResourceStream("taxes/kz.json")!);
        var text = reader.ReadToEnd();
        Assert.Contains(was, text, StringComparison.Ordinal);
        TaxFiles.Parse("kz", text);
        Assert.Contains(says, Assert.Throws<SettingException>(() => TaxFiles.Parse("kz", text.Replace(was, becomes, StringComparison.Ordinal))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Kettles LLP", "KZ", null, "190540001234", true, null, null)]
    [InlineData("Kettles LLP", "kz", null, "1905 4000 1234", true, "zero", null)]
    [InlineData("Kettles LLP", "US", "us-ca", "12-3456789", true, null, null)]
    [InlineData("Kettles LLP", "KZ", null, null, false, null, null)]
    [InlineData(" ", "KZ", null, null, false, null, "tax.name_invalid")]
    [InlineData("Kettles LLP", "JP", null, null, false, null, "tax.country_unknown")]
    [InlineData("Kettles LLP", "US", null, "12-3456789", true, null, "tax.region_unknown")]
    [InlineData("Kettles LLP", "KZ", "US-CA", "190540001234", true, null, "tax.region_unknown")]
    [InlineData("Kettles LLP", "KZ", null, null, true, null, "tax.number_missing")]
    [InlineData("Kettles LLP", "KZ", null, "12345", true, null, "tax.number_invalid")]
    [InlineData("Kettles LLP", "KZ", null, "190540001234", true, "reduced", "tax.rate_unknown")]
    [InlineData("Kettles LLP", "KZ", null, "190540001234", true, "outside", "tax.rate_unknown")]
    public void A_profile_is_taken_where_it_fits_the_rules_of_its_country(string name, string country, string? region, string? number, bool registered, string? rate, string? code)
    {
        var decided = TaxProfileDesk.Decide(Guid.NewGuid(), new TaxProfileBody(name, "Abay 10", "Almaty", null, country, region, number, null, registered, rate), 3, Guid.NewGuid(), DateTimeOffset.UnixEpoch);
        Assert.Equal(code, decided.Refusal?.Code);
        if (code is null) Assert.Equal((3, country.ToUpperInvariant(), registered), (decided.Value.Version, decided.Value.Country, decided.Value.Registered));
    }

    [Fact]
    public void A_profile_without_a_street_is_refused() =>
        Assert.Equal("tax.address_invalid", TaxProfileDesk.Decide(Guid.NewGuid(), new TaxProfileBody("Kettles LLP", "", "Almaty", null, "KZ", null, null, null, false, null), 1, Guid.NewGuid(), DateTimeOffset.UnixEpoch).Refusal?.Code);

    internal static TaxProfile Profile(string country, string? region, bool registered = true, string? number = null) => new()
    {
        OrganisationId = Guid.NewGuid(), Version = 1, LegalName = "Kettles LLP", Street = "Abay 10", City = "Almaty", Country = country, Region = region, TaxId = number ?? TaxFiles.Of(country)?.TaxId.Example, Registered = registered,
    };
}
