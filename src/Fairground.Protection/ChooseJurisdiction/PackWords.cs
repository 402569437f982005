using Fairground.Kernel.Contracts;
using Fairground.Ui;

namespace Fairground.Protection.ChooseJurisdiction;

/// <summary>Packs in words.</summary>
internal static class PackWords
{
    public static string Mode(string mode) => mode switch
    {
        SaleModes.Certificates => T["Certificates and one draw"],
        SaleModes.TwoStage => T["Draw with two payments"],
        SaleModes.MembershipStrict => T["Prepaid at one shop, spent at every shop"],
        SaleModes.MembershipDiscount => T["Prepaid at one shop, member price at every shop"],
        SaleModes.Coupons => T["Coupons and points"],
        SaleModes.KioskEntries => T["Draw entries at kiosks"],
        _ => T["Services of vendors and resellers"],
    };

    public static (string Text, Tone Tone) Answer(ModeRule rule, string? licence) => rule.Answer switch
    {
        ModeAnswer.Open => (T.In("may be sold", "Open"), Tone.Good),
        ModeAnswer.Licence when licence is not null => (T["Under licence"], Tone.Good),
        ModeAnswer.Licence => (T["Needs a licence"], Tone.Warm),
        _ => (T["Closed"], Tone.Alarm),
    };

    public static string Age(AgeRule age) => age.Demand switch
    {
        AgeDemand.None => T["From {0} years; the market does not ask.", age.Minimum],
        AgeDemand.Declared => T["From {0} years; people say once when they were born.", age.Minimum],
        _ => T["From {0} years; the operator looks at a document before somebody first takes part.", age.Minimum],
    };
}
