using System.Globalization;
using Fairground.Kernel;

namespace Fairground.Draws;

/// <summary>The form for a new two-stage lot as it was filled in; every field is kept as typed, so that it can be shown again.</summary>
internal sealed class TwoStageForm
{
    public string Predicted { get; set; } = "1000";
    public string Quantity { get; set; } = "1";
    public string Cap { get; set; } = "4";
    public string Fee { get; set; } = "";
    public string Surplus { get; set; } = "operator";
    public string MileagePercent { get; set; } = "50";
    public string MileageRate { get; set; } = "";
    public string MileageDays { get; set; } = "365";
    public string DepositPercent { get; set; } = CreateTwoStageDecision.DefaultDepositPercent.ToString(CultureInfo.InvariantCulture);
    public string Least { get; set; } = "";
    public string Ends { get; set; } = "time";
    public string ClosesIn { get; set; } = "7";
    public string ClosesUnit { get; set; } = "days";
    public string Delay { get; set; } = "3600";
    public string PayDays { get; set; } = "3";
    public string Delivery { get; set; } = "both";
    public string Entropy { get; set; } = "";

    /// <summary>Takes what was posted; a field that is missing keeps what it had.</summary>
    public void Fill(IReadOnlyDictionary<string, string> posted)
    {
        string Of(string name, string before) => posted.GetValueOrDefault(name, before);
        (Predicted, Quantity, Cap, Fee) = (Of("predicted", Predicted), Of("quantity", Quantity), Of("cap", Cap), Of("fee", Fee));
        (Surplus, MileagePercent, MileageRate, MileageDays) = (Of("surplus", Surplus), Of("mileagePercent", MileagePercent), Of("mileageRate", MileageRate), Of("mileageDays", MileageDays));
        (DepositPercent, Least, Ends) = (Of("deposit", DepositPercent), Of("least", Least), Of("ends", Ends));
        (ClosesIn, ClosesUnit, Delay, PayDays) = (Of("closesIn", ClosesIn), Of("closesUnit", ClosesUnit), Of("delay", Delay), Of("payDays", PayDays));
        (Delivery, Entropy) = (Of("delivery", Delivery), Of("entropy", Entropy));
    }

    /// <summary>The request that the form asks for. Refusal: <c>request.invalid</c> with the field.</summary>
    /// <param name="now">From when the time for applications counts.</param>
    public Result<CreateLotRequest> Read(Guid productId, Currency currency, DateTimeOffset now)
    {
        if (!Whole(Predicted, out var predicted)) return Wrong("predicted", T["Write how many applications you expect."]);
        if (!Whole(Quantity, out var quantity)) return Wrong("quantity", T["Write how many units you offer."]);
        if (!Optional(Cap, out var cap)) return Wrong("cap", T["Write how many one person may hold, or leave it empty."]);
        if (!Optional(Least, out var least)) return Wrong("least", T["Write a whole number of applications, or leave it empty."]);
        var fee = Money.Zero(currency);
        if (Fee.Trim().Length > 0 && !Money.TryParseDecimal(Fee, currency, out fee)) return Wrong("fee", T["Write the fee in {0}, or leave it empty.", currency.Code]);
        if (!Whole(MileagePercent, out var percent)) return Wrong("mileagePercent", T["Write the share in whole per cent."]);
        if (!Optional(MileageDays, out var days)) return Wrong("mileageDays", T["Write a whole number of days, or leave it empty."]);
        if (!Whole(DepositPercent, out var deposit)) return Wrong("deposit", T["Write the share in whole per cent."]);
        if (!Whole(ClosesIn, out var closesIn) || closesIn is < 1 or > 10_000) return Wrong("closesIn", T["Write how long applications are taken."]);
        var unit = NewLotForm.Units.FirstOrDefault(u => u.Unit == ClosesUnit, NewLotForm.Units[^1]);
        if (!Whole(Delay, out var delay)) return Wrong("delay", T["Choose when the draw takes place."]);
        if (!Whole(PayDays, out var payDays) || payDays > 90) return Wrong("payDays", T["Choose how long a candidate has to pay."]);
        return new CreateLotRequest(
            productId, Lot.TwoStage, null, MaxEntriesPerPerson: cap, ClosesAt: now.AddMinutes((double)closesIn * unit.Minutes), DrawDelaySeconds: delay,
            Entropy: Entropy.Length == 0 ? null : new NamedChoice(Entropy), Quantity: quantity, Predicted: predicted, Fee: fee.Minor == 0 ? null : fee,
            Surplus: new NamedChoice(Surplus, Surplus == "split" ? percent : null), MileageRate: MileageRate.Replace(',', '.'), MileageDays: days, Deposit: new DepositChoice(Percent: deposit),
            LeastApplications: least, StopAtPredicted: Ends == "reached", DrawByHand: Ends == "hand", SecondPaymentSeconds: payDays * 24 * 3600,
            Delivery: Delivery switch { "shipment" => ["shipment"], "pick-up" => ["pick-up"], "nothing" => ["nothing"], _ => null });
    }

    private static Refusal Wrong(string field, string sentence) => CommonRefusals.InvalidRequest.Saying(sentence, ("field", field));

    private static bool Whole(string? text, out int number) => int.TryParse(text?.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static bool Optional(string? text, out int? number)
    {
        number = null;
        if (string.IsNullOrWhiteSpace(text)) return true;
        if (!Whole(text, out var whole)) return false;
        number = whole;
        return true;
    }
}
