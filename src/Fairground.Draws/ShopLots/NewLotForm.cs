using System.Globalization;
using Fairground.Kernel;

namespace Fairground.Draws;

/// <summary>The form for a new lot as it was filled in; every field is kept as typed, so that it can be shown again.</summary>
internal sealed class NewLotForm
{
    public string Nominal { get; set; } = "";
    public string Winners { get; set; } = "1";
    public string Reserves { get; set; } = "3";
    public string Cap { get; set; } = "";
    public string ClosesIn { get; set; } = "3";
    public string ClosesUnit { get; set; } = "days";
    public string Delay { get; set; } = "3600";
    public string Claim { get; set; } = "14";
    public string Entropy { get; set; } = "";
    public string Unclaimed { get; set; } = UnclaimedPolicy.NextReserve.Wire();
    public string Policy { get; set; } = "refund-all";
    public string CashPercent { get; set; } = UnsoldPolicies.DefaultCashPercent.ToString(CultureInfo.InvariantCulture);

    /// <summary>The units of the time on sale, with their length in minutes.</summary>
    public static readonly (string Unit, int Minutes)[] Units = [(Key("minutes"), 1), (Key("hours"), 60), (Key("days"), 1440)];

    /// <summary>The delays offered, in seconds.</summary>
    public static readonly (int Seconds, string Text)[] Delays = [(60, Key("1 minute")), (600, Key("10 minutes")), (3600, Key("1 hour")), (86_400, Key("1 day"))];

    /// <summary>The times to collect that are offered, in days.</summary>
    public static readonly int[] ClaimDays = [3, 7, 14, 30, 60];

    /// <summary>The request that the form asks for. Refusal: <c>request.invalid</c> with the field.</summary>
    /// <param name="now">From when the time on sale counts.</param>
    public Result<CreateLotRequest> Read(Guid productId, Currency currency, DateTimeOffset now)
    {
        if (!Money.TryParseDecimal(Nominal, currency, out var nominal)) return Wrong("nominal", T["Write the price of a certificate in {0}, such as 500.", currency.Code]);
        if (!Whole(Winners, out var winners)) return Wrong("winners", T["Write a whole number of winners."]);
        if (!Whole(Reserves, out var reserves)) return Wrong("reserves", T["Write a whole number of reserves, or 0."]);
        int? cap = null;
        if (Cap.Trim().Length > 0)
        {
            if (!Whole(Cap, out var most)) return Wrong("cap", T["Write how many one person may hold, or leave it empty."]);
            cap = most;
        }
        if (!Whole(ClosesIn, out var closesIn) || closesIn is < 1 or > 10_000) return Wrong("closesIn", T["Write how long the sale lasts."]);
        var unit = Units.FirstOrDefault(u => u.Unit == ClosesUnit, Units[^1]);
        if (!Whole(Delay, out var delay)) return Wrong("delay", T["Choose when the draw takes place."]);
        if (!Whole(Claim, out var claimDays) || claimDays > 90) return Wrong("claim", T["Choose how long the winner has to collect."]);
        if (!Whole(CashPercent, out var percent)) return Wrong("cashPercent", T["Write the share in whole per cent."]);
        return new CreateLotRequest(
            productId, Lot.Certificates, nominal, null, null, winners, reserves, cap, now.AddMinutes((double)closesIn * unit.Minutes), delay, new NamedChoice(Policy), percent, claimDays * 24 * 3600, Unclaimed, Entropy.Length == 0 ? null : new NamedChoice(Entropy));
    }

    private static Refusal Wrong(string field, string sentence) => CommonRefusals.InvalidRequest.Saying(sentence, ("field", field));

    private static bool Whole(string? text, out int number) => int.TryParse(text?.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
