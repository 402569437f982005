namespace Fairground.Payments.BuyByRule;

/// <summary>Why a rule did not buy, in the reader's language.</summary>
internal static class RuleReasons
{
    public static string Sentence(string code) => code == RuleRefusals.BudgetSpent ? T["The month's budget does not reach."] : RuleLetters.Word(code) switch
    {
        "funds" => T["There was not enough in your wallet."],
        "limit" => T["A limit that you set does not allow it."],
        "break" => T["You are on a break, or have excluded yourself."],
        "age" => T["Your age is not known, or not high enough."],
        "insider" => T["Who works for the shop or runs the market cannot take part."],
        "sold_out" => T["So many were not left."],
        "cap" => T["A person may not hold so many of this lot."],
        _ => T["It could not be bought."],
    };
}
