using System.Globalization;
using System.Text.Json.Serialization;

namespace Fairground.Documents.KnowTaxes;

/// <summary>A rate while it holds.</summary>
/// <param name="From">The first day, yyyy-mm-dd.</param>
/// <param name="Until">The last day; null while it holds on.</param>
/// <param name="Percent">Per cent as a decimal with at most three digits behind the point: <c>7.25</c>.</param>
public sealed record TaxPeriod(string From, string? Until, string Percent)
{
    /// <summary>Thousandths of a per cent: 7.25 % is 7250. Throws where the text is no such number.</summary>
    [JsonIgnore]
    public int Rate => (int)(decimal.Parse(Percent, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture) * 1000);

    internal bool Holds(DateOnly day) => Day(From) <= day && (Until is null || day <= Day(Until));

    internal static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);
}

/// <summary>A way in which something is taxed.</summary>
/// <param name="Code">Stable within the rules: <c>standard</c>, <c>reduced</c>, <c>zero</c>, <c>exempt</c>, <c>outside</c>, <c>reverse</c>.</param>
/// <param name="Category">As EN 16931 has it (UNCL 5305): S, Z, E, AE or O.</param>
/// <param name="Names">By language; of an exemption it is the reason.</param>
/// <param name="Region">The part of the country where it holds, ISO 3166-2; null for all of it.</param>
public sealed record TaxRate(string Code, string Category, IReadOnlyDictionary<string, string> Names, IReadOnlyList<TaxPeriod> Periods, string? Region = null);

/// <summary>How a place writes tax numbers.</summary>
/// <param name="Pattern">Of the whole number, upper case and without spaces.</param>
public sealed record TaxIdFormat(string Name, string Pattern, string Example);

/// <summary>The taxes on sales of one place: a file, so that it can be read, compared and renewed without a new program.</summary>
/// <param name="AsOf">The day on which the rules were last looked at.</param>
/// <param name="Country">ISO 3166; <c>ZZ</c> for the demo's.</param>
/// <param name="Source">Where the rules stand.</param>
/// <param name="Scheme"><c>VAT</c>, or <c>sales-tax</c>.</param>
/// <param name="Supplies">For each kind of supply the rate's code; goods may have another.</param>
/// <param name="Reverse">Countries whose businesses account for the tax themselves, each with the form of its tax numbers; null for none.</param>
public sealed record TaxRules(
    string Id, int Version, string AsOf, string Country, string Source, string Scheme, IReadOnlyDictionary<string, string> Names, PriceStyle Prices, RoundingUnit Rounding,
    IReadOnlyList<TaxRate> Rates, IReadOnlyDictionary<string, string> Supplies, IReadOnlyDictionary<string, string>? Reverse, TaxIdFormat TaxId)
{
    public const string Vat = "VAT";

    /// <summary>True where the rates differ by part of the country.</summary>
    [JsonIgnore]
    public bool IsRegional => Rates.Any(r => r.Region is not null);

    /// <summary>The rate with this code, in this part of the country where rates differ by it; null for none.</summary>
    public TaxRate? Find(string? code, string? region) => Rates.FirstOrDefault(r => r.Code == code && (r.Region is null || r.Region == region));
}
