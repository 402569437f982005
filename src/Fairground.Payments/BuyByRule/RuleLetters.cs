using System.Globalization;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;

namespace Fairground.Payments.BuyByRule;

/// <summary>Tells a person each time that a rule has bought, or has not, and why. The same fact twice is one message.</summary>
internal sealed class RuleLetters(IPeople people, IMessages messages)
{
    /// <param name="spent">What the rule has spent this month, this purchase included, minor units.</param>
    public Task Bought(PurchaseRule rule, RuleRun run, CertificatesBought bought, long spent, CancellationToken ct) => Send(rule, run, "bought", run.Id.ToString("N"), new Wording("payments.rule_bought")
    {
        ["title"] = run.Title, ["quantity"] = bought.Quantity, ["amount"] = bought.Charged, ["spent"] = rule.MoneyOf(spent), ["budget"] = rule.MoneyOf(rule.Budget), ["page"] = Page,
    }, ct);

    /// <param name="paused">The rule stops until its person lets it go on.</param>
    public Task NotBought(PurchaseRule rule, RuleRun run, string code, bool paused, CancellationToken ct) => Send(rule, run, "not", run.Id.ToString("N"), new Wording("payments.rule_not_bought")
    {
        ["title"] = run.Title, ["quantity"] = rule.Quantity, ["reason"] = Word(code), ["paused"] = paused, ["page"] = Page,
    }, ct);

    /// <summary>Once a month; what comes after it in that month stands in the history.</summary>
    public Task BudgetSpent(PurchaseRule rule, RuleRun run, CancellationToken ct) => Send(rule, run, "budget", string.Create(CultureInfo.InvariantCulture, $"{rule.Id:N} {run.Month}"), new Wording("payments.rule_budget_spent")
    {
        ["title"] = run.Title, ["quantity"] = rule.Quantity, ["budget"] = rule.MoneyOf(rule.Budget), ["page"] = Page,
    }, ct);

    private const string Page = "/wallet/rules";

    /// <summary>A refusal in the word by which the templates tell it.</summary>
    internal static string Word(string code) => code switch
    {
        "wallet.insufficient_funds" => "funds",
        "protection.spend_limit" or "protection.entry_limit" => "limit",
        "protection.excluded" or "protection.on_break" => "break",
        "protection.under_age" or "protection.age_unknown" or "protection.age_unchecked" => "age",
        "protection.insider" or "lot.staff_excluded" => "insider",
        "lot.sold_out" or "lot.not_open" => "sold_out",
        "lot.entry_cap" or "lot.held_as_joined" => "cap",
        _ => "other",
    };

    private async Task Send(PurchaseRule rule, RuleRun run, string what, string about, Wording words, CancellationToken ct)
    {
        if (await people.Find(rule.UserId, ct) is not { } person) return;
        await messages.Send(
            [new Message(Ids.Derive("payments.rule_message", what, about), person.Contact, person.Channel, words, person.UserId, About: new MessageTopic($"/lots/{run.LotId}", run.Title))], ct);
    }
}
