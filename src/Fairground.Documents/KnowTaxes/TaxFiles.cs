using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Languages;

namespace Fairground.Documents.KnowTaxes;

/// <summary>The tax rules that come with the program, read and checked once.</summary>
internal static class TaxFiles
{
    private static readonly string[] Categories = ["S", "Z", "E", "AE", "O"];
    private static readonly string[] Needed = ["zero", "exempt", "outside"];

    private static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
    };

    private static readonly Lazy<IReadOnlyList<TaxRules>> Read = new(ReadAll);

    /// <summary>All rules, the demo's first, then by id.</summary>
    public static IReadOnlyList<TaxRules> All => Read.Value;

    /// <summary>The rules of a country, or null where the program brings none.</summary>
    public static TaxRules? Of(string? country) => All.FirstOrDefault(r => r.Country == country);

    /// <summary>Rules from their text. Throws <see cref="SettingException"/> with a line that says what is wrong.</summary>
    public static TaxRules Parse(string name, string text)
    {
        TaxRules rules;
        try
        {
            rules = JsonSerializer.Deserialize<TaxRules>(text, Strict) ?? throw new JsonException("It is empty.");
        }
        catch (JsonException error)
        {
            throw new SettingException($"The tax rules {name} cannot be read: {error.Message}");
        }
        return Faults(rules).FirstOrDefault() is { } fault ? throw new SettingException($"The tax rules {name} cannot be used: {fault}") : rules;
    }

    private static IEnumerable<string> Faults(TaxRules rules)
    {
        if (rules.Country is not { Length: 2 } || !rules.Country.All(char.IsAsciiLetterUpper)) yield return "country is two capital letters.";
        if (!IsDay(rules.AsOf)) yield return "asOf is a day such as 2026-01-31.";
        if (rules.Scheme is not (TaxRules.Vat or "sales-tax")) yield return "scheme is VAT or sales-tax.";
        foreach (var language in Language.All.Where(l => !rules.Names.ContainsKey(l.Code) || rules.Rates.Any(r => !r.Names.ContainsKey(l.Code)))) yield return $"a name is missing in {language.Code}.";
        foreach (var supply in Supplies.All.Where(s => !rules.Supplies.TryGetValue(s, out var code) || rules.Rates.All(r => r.Code != code))) yield return $"supplies has no rate for {supply}.";
        if (rules.Supplies.Count != Supplies.All.Count) yield return "supplies speaks of something that is not supplied.";
        foreach (var code in Needed.Where(c => rules.Find(c, null) is null)) yield return $"rates has no {code}.";
        if (rules.Reverse is not null && rules.Find("reverse", null)?.Category != "AE") yield return "reverse needs a rate of this code and category AE.";
        foreach (var pattern in (rules.Reverse?.Values ?? []).Append(rules.TaxId.Pattern).Where(p => !IsPattern(p))) yield return $"{pattern} is no pattern.";
        if (!TaxIds.Fits(rules.TaxId.Pattern, rules.TaxId.Example)) yield return "taxId.example does not fit its pattern.";
        foreach (var rate in rules.Rates)
        {
            if (!Categories.Contains(rate.Category)) yield return $"{rate.Code} has an unknown category.";
            if (rate.Periods.Count == 0 || rate.Periods.Any(p => !IsDay(p.From) || (p.Until is not null && !IsDay(p.Until)))) yield return $"{rate.Code} needs periods with days.";
            else if (rate.Periods.Any(p => !decimal.TryParse(p.Percent, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent) || percent is < 0 or > 100 || percent * 1000 % 1 != 0)) yield return $"{rate.Code} has a percent that is none.";
            else if (rate.Periods.Any(p => rate.Category == "S" ? p.Rate == 0 : p.Rate != 0)) yield return $"{rate.Code} is of a category that does not go with its percent.";
            else if (rate.Periods.Zip(rate.Periods.Skip(1)).Any(p => p.First.Until is null || TaxPeriod.Day(p.First.Until).AddDays(1) != TaxPeriod.Day(p.Second.From)) || rate.Periods[^1].Until is not null) yield return $"{rate.Code} has periods with a gap, an overlap or an end.";
        }
        foreach (var twice in rules.Rates.GroupBy(r => (r.Code, r.Region)).Where(g => g.Count() > 1)) yield return $"{twice.Key.Code} stands twice.";
    }

    private static bool IsDay(string text) => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    private static bool IsPattern(string pattern)
    {
        try
        {
            _ = new Regex(pattern, RegexOptions.NonBacktracking);
            return true;
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            return false;
        }
    }

    private static List<TaxRules> ReadAll()
    {
        var assembly = typeof(TaxFiles).Assembly;
        var all = new List<TaxRules>();
        foreach (var name in assembly.GetManifestResourceNames().Where(n => n.StartsWith("taxes/", StringComparison.Ordinal)))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            all.Add(Parse(name, reader.ReadToEnd()));
        }
        return [.. all.OrderBy(r => r.Id == "demo" ? 0 : 1).ThenBy(r => r.Id, StringComparer.Ordinal)];
    }
}

/// <summary>Tax numbers as people write them.</summary>
internal static class TaxIds
{
    /// <summary>Without spaces and in capitals.</summary>
    public static string Clean(string? text) => new([.. (text ?? "").Where(c => !char.IsWhiteSpace(c)).Select(char.ToUpperInvariant)]);

    /// <summary>True where the whole number has this form.</summary>
    public static bool Fits(string pattern, string number) => Regex.IsMatch(number, $"^(?:{pattern})$", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
}
