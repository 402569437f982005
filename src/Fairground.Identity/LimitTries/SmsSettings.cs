using System.Globalization;
using Fairground.Kernel;
using Microsoft.Extensions.Configuration;

namespace Fairground.Identity.LimitTries;

/// <summary>Where codes by SMS may go and what they may cost a day.</summary>
/// <param name="Countries">ISO 3166 codes that are served; empty for all.</param>
/// <param name="BudgetMilli">What may be spent a day, in thousandths.</param>
/// <param name="PriceMilli">What one message costs, in thousandths of the same money.</param>
/// <param name="PricesMilli">Countries with another price.</param>
internal sealed record SmsSettings(IReadOnlySet<string> Countries, int BudgetMilli, int PriceMilli, IReadOnlyDictionary<string, int> PricesMilli)
{
    public const string CountriesSetting = "FAIRGROUND_SMS_COUNTRIES";
    public const string BudgetSetting = "FAIRGROUND_SMS_BUDGET";
    public const string PriceSetting = "FAIRGROUND_SMS_PRICE";

    private const int DefaultBudgetMilli = 20_000;
    private const int DefaultPriceMilli = 50;

    /// <summary>Throws <see cref="SettingException"/> where a setting cannot be read.</summary>
    public static SmsSettings From(IConfiguration configuration)
    {
        var countries = Words(configuration[CountriesSetting]).Select(c => c.ToUpperInvariant()).ToHashSet(StringComparer.Ordinal);
        if (countries.FirstOrDefault(c => c.Length != 2 || !c.All(char.IsAsciiLetterUpper)) is { } wrong) throw new SettingException($"{CountriesSetting} cannot be used: {wrong} is no country. Give ISO 3166 codes such as KZ,KR.");
        var (price, prices) = (DefaultPriceMilli, new Dictionary<string, int>(StringComparer.Ordinal));
        foreach (var word in Words(configuration[PriceSetting]))
        {
            if (word.Split(':') is [var country, var own]) prices[country.ToUpperInvariant()] = Milli(PriceSetting, own);
            else price = Milli(PriceSetting, word);
        }
        var budget = configuration[BudgetSetting] is { Length: > 0 } given ? Milli(BudgetSetting, given) : DefaultBudgetMilli;
        return new SmsSettings(countries, budget, price, prices);
    }

    /// <summary>What a message to this country costs, in thousandths.</summary>
    public int Price(string region) => PricesMilli.GetValueOrDefault(region, PriceMilli);

    private static string[] Words(string? setting) => (setting ?? "").Split([',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static int Milli(string setting, string text) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount) && amount is >= 0 and <= 1_000_000
            ? (int)(amount * 1000)
            : throw new SettingException($"{setting} cannot be used: {text} is no amount. Give one such as 20 or 0.05.");
}
