using Fairground.Ui;

namespace Fairground.Payments.ShowPayouts;

/// <summary>What pages say of payouts.</summary>
internal static class PayoutWords
{
    public static string Check(CheckState state) => state switch { CheckState.Checked => T["Checked by the operator"], CheckState.Refused => T["Not paid by the operator"], _ => T["Not checked yet"] };

    public static Tone CheckTone(CheckState state) => state switch { CheckState.Checked => Tone.Good, CheckState.Refused => Tone.Alarm, _ => Tone.Warm };

    public static string State(PayoutState state) => state switch { PayoutState.Paid => T["Arrived"], PayoutState.Returned => T["Came back"], _ => T["On its way"] };

    public static Tone StateTone(PayoutState state) => state switch { PayoutState.Paid => Tone.Good, PayoutState.Returned => Tone.Alarm, _ => Tone.Warm };

    public static string Schedule(PayoutSchedule schedule) => schedule switch
    {
        PayoutSchedule.Daily => T["every day"],
        PayoutSchedule.Weekly => T["every Monday"],
        PayoutSchedule.Monthly => T["on the first of the month"],
        _ => T["when you ask for it"],
    };

    public static string Hours(TimeSpan delay) => T.Count((int)delay.TotalHours, "{0} hour", "{0} hours");
}
