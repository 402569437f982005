using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;

namespace Fairground.Protection.ChooseJurisdiction;

/// <summary>The packs that come with the program, read and checked once.</summary>
internal static class PackFiles
{
    private static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    private static readonly Lazy<IReadOnlyList<JurisdictionPack>> Read = new(ReadAll);

    /// <summary>All packs, the demo first, then by id.</summary>
    public static IReadOnlyList<JurisdictionPack> All => Read.Value;

    public static JurisdictionPack? Find(string? id) => All.FirstOrDefault(p => p.Id == id?.Trim().ToLowerInvariant());

    /// <summary>A pack from its text. Throws <see cref="SettingException"/> with a line that says what is wrong.</summary>
    public static JurisdictionPack Parse(string name, string text)
    {
        JurisdictionPack pack;
        try
        {
            pack = JsonSerializer.Deserialize<JurisdictionPack>(text, Strict) ?? throw new JsonException("It is empty.");
        }
        catch (JsonException error)
        {
            throw new SettingException($"The pack {name} cannot be read: {error.Message}");
        }
        return Faults(pack).FirstOrDefault() is { } fault ? throw new SettingException($"The pack {name} cannot be used: {fault}") : pack;
    }

    private static IEnumerable<string> Faults(JurisdictionPack pack)
    {
        if (pack.Id.Length is < 2 or > 16 || !pack.Id.All(c => char.IsAsciiLetterLower(c) || c == '-')) yield return "id is 2 to 16 lower-case letters.";
        if (pack.Version < 1) yield return "version is at least 1.";
        if (!DateOnly.TryParseExact(pack.AsOf, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)) yield return "asOf is a day such as 2026-01-31.";
        if (pack.DayOffsetMinutes is < -12 * 60 or > 14 * 60) yield return "dayOffsetMinutes is from -720 to 840.";
        foreach (var mode in SaleModes.All.Where(m => !pack.Modes.ContainsKey(m))) yield return $"modes says nothing about {mode}.";
        foreach (var mode in pack.Modes.Keys.Except(SaleModes.All)) yield return $"modes speaks of {mode}, which is no way of selling.";
        foreach (var (mode, _) in pack.Modes.Where(m => m.Value.Because.Length == 0)) yield return $"modes gives no reason for {mode}.";
        foreach (var (mode, rule) in pack.Modes.Where(m => m.Value.FirstPayment is not null))
        {
            if (mode != SaleModes.TwoStage || rule.FirstPayment is not ("kept" or "authorised" or "refunded")) yield return $"modes.{mode}: firstPayment is kept, authorised or refunded, and two-stage alone has one.";
        }
        if (pack.Age.Minimum is < 13 or > 25) yield return "age.minimum is from 13 to 25.";
        if (pack.Draws.HighestPrizeMinor is <= 0) yield return "draws.highestPrizeMinor is above zero.";
        if (pack.Draws.HighestPrizeMinor is null != pack.Draws.PrizeCurrency is null || (pack.Draws.PrizeCurrency is { } code && !Currency.TryParse(code, out _))) yield return "draws.prizeCurrency is the currency of highestPrizeMinor.";
        if (pack.Draws.PrizeSharePercent is < 1 or > 100) yield return "draws.prizeSharePercent is from 1 to 100.";
        if (pack.Limits.RaiseAfterHours is < 1 or > 24 * 90) yield return "limits.raiseAfterHours is from 1 to 2160.";
        if (pack.Limits.ShortestBreakHours < 1 || pack.Limits.LongestBreakDays * 24 < pack.Limits.ShortestBreakHours) yield return "limits: the longest break is shorter than the shortest.";
        if (pack.Limits.ShortestExclusionMonths is < 6 or > 60) yield return "limits.shortestExclusionMonths is from 6 to 60.";
        if (pack.Signals.NightFromHour is < 0 or > 23 || pack.Signals.NightToHour is < 0 or > 23) yield return "signals: hours are from 0 to 23.";
        if (pack.Signals is { ChasingTopUps: < 1 } or { NightPurchases: < 1 } or { RaisedLimits: < 1 } or { DeclinedPayments: < 1 }) yield return "signals: thresholds are at least 1.";
        if (pack.Data.VisitDays is < 1 or > 3650) yield return "data.visitDays is from 1 to 3650.";
        if (pack.Duties.Any(d => d.Text.Length == 0 || d.Source.Length == 0)) yield return "duties: each has a text and a source.";
    }

    private static List<JurisdictionPack> ReadAll()
    {
        var assembly = typeof(PackFiles).Assembly;
        var packs = new List<JurisdictionPack>();
        foreach (var name in assembly.GetManifestResourceNames().Where(n => n.StartsWith("packs/", StringComparison.Ordinal)))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            packs.Add(Parse(name, reader.ReadToEnd()));
        }
        return [.. packs.OrderBy(p => p.Id == "demo" ? 0 : 1).ThenBy(p => p.Id, StringComparer.Ordinal)];
    }
}
