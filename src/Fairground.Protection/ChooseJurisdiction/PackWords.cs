using Fairground.Kernel.Contracts;
using Fairground.Ui;

namespace Fairground.Protection.ChooseJurisdiction;

/// <summary>Packs in words.</summary>
internal static class PackWords
{
    public static string Mode(string mode) => mode switch
    {
        SaleModes.Certificates => "Certificates and one draw",
        SaleModes.TwoStage => "Draw with two payments",
        SaleModes.MembershipStrict => "Prepaid at one shop, spent at every shop",
        SaleModes.MembershipDiscount => "Prepaid at one shop, member price at every shop",
        SaleModes.Coupons => "Coupons and points",
        SaleModes.KioskEntries => "Draw entries at kiosks",
        _ => "Services of vendors and resellers",
    };

    public static (string Text, Tone Tone) Answer(ModeRule rule, string? licence) => rule.Answer switch
    {
        ModeAnswer.Open => ("Open", Tone.Good),
        ModeAnswer.Licence when licence is not null => ("Under licence", Tone.Good),
        ModeAnswer.Licence => ("Needs a licence", Tone.Warm),
        _ => ("Closed", Tone.Alarm),
    };

    public static string Age(AgeRule age) => age.Demand switch
    {
        AgeDemand.None => $"From {age.Minimum} years; the market does not ask.",
        AgeDemand.Declared => $"From {age.Minimum} years; people say once when they were born.",
        _ => $"From {age.Minimum} years; the operator looks at a document before somebody first takes part.",
    };
}
