using Fairground.Ledger;
using Xunit;

namespace Fairground.Payments.Tests.Gateways;

/// <summary>The state machine alone: whatever order reports come in, and however often, the end is the same, in the payment and in the ledger.</summary>
public sealed class PaymentMachineTests
{
    private const long Amount = 1_000;
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 9, 0, 0, TimeSpan.Zero);

    private static GatewayReport Says(long authorised = 0, long captured = 0, long refunded = 0, GatewayEnd end = GatewayEnd.None, GatewayDispute dispute = GatewayDispute.None, long disputed = 0, bool settled = false) =>
        new("KZT", authorised, captured, refunded, end, dispute, disputed, settled, captured > 0 ? "pi_1" : null);

    private static readonly GatewayReport Set = Says(authorised: Amount);
    private static readonly GatewayReport Taken = Says(Amount, Amount);
    private static readonly GatewayReport Settled = Says(Amount, Amount, settled: true);
    private static readonly GatewayReport Back300 = Says(Amount, Amount, 300);
    private static readonly GatewayReport BackAll = Says(Amount, Amount, Amount);
    private static readonly GatewayReport Disputed = Says(Amount, Amount, dispute: GatewayDispute.Open, disputed: Amount);
    private static readonly GatewayReport Won = Says(Amount, Amount, dispute: GatewayDispute.Won, disputed: Amount);
    private static readonly GatewayReport Lost = Says(Amount, Amount, dispute: GatewayDispute.Lost, disputed: Amount);
    private static readonly GatewayReport Nothing = Says();
    private static readonly GatewayReport Failed = Says(end: GatewayEnd.Failed);
    private static readonly GatewayReport Lapsed = Says(end: GatewayEnd.Expired);
    private static readonly GatewayReport CalledOff = Says(end: GatewayEnd.Cancelled);
    private static readonly GatewayReport OtherAmount = Says(Amount + 1, Amount + 1);

    // What a gateway says in the course of a payment, and where that must end: stage, what the wallet has, what is owed.
    private static readonly (string Name, GatewayReport[] Reports, string Stage, long Net)[] Lives =
    [
        ("paid", [Nothing, Set, Taken, Settled], "settled", Amount),
        ("declined, then paid with another card", [Nothing, Failed, Set, Taken], "captured", Amount),
        ("lapsed here, paid at the bank after all", [Nothing, Lapsed, Taken, Settled], "settled", Amount),
        ("turned back", [Nothing, Set, CalledOff], "cancelled", 0),
        ("lapsed, then failed", [Lapsed, Failed, Nothing], "failed", 0),
        ("refunded in part", [Set, Taken, Settled, Back300], "partly-refunded", Amount - 300),
        ("refunded in two parts", [Set, Taken, Back300, BackAll, Settled], "refunded", 0),
        ("disputed and won", [Taken, Settled, Disputed, Won, Nothing, Set], "settled", Amount),
        ("disputed and lost", [Nothing, Set, Taken, Settled, Disputed, Lost], "charged-back", 0),
        ("refunded in part, then charged back", [Taken, Back300, Says(Amount, Amount, 300, dispute: GatewayDispute.Open, disputed: 700), Says(Amount, Amount, 300, dispute: GatewayDispute.Lost, disputed: 700)], "charged-back", 0),
        ("a wrong amount, then the right one", [Nothing, OtherAmount, Taken], "captured", Amount),
    ];

    public static TheoryData<string> Names => new(Lives.Select(l => l.Name));

    [Theory, MemberData(nameof(Names))]
    public void Every_order_of_what_a_gateway_says_ends_alike_also_with_one_said_twice(string name)
    {
        var (_, reports, stage, net) = Lives.Single(l => l.Name == name);
        var orders = 0;
        foreach (var twice in Enumerable.Range(-1, reports.Length + 1))
        {
            GatewayReport[] all = twice < 0 ? reports : [.. reports, reports[twice]];
            foreach (var order in Orders(all))
            {
                foreach (var spent in new long[] { 0, 400, Amount })
                {
                    var end = Live(order, spent);
                    Assert.Equal((stage, net - spent), (PaymentMachine.StageOf(end.Payment).Name(), end.Wallet - end.Owed));
                    Assert.True(end.Wallet >= 0 && end.Owed >= 0 && (end.Wallet == 0 || end.Owed == 0), $"{end.Wallet} in the wallet and {end.Owed} owed");
                }
                orders++;
            }
        }
        Assert.True(orders >= Factorial(reports.Length) * (1 + reports.Length));
    }

    [Fact]
    public void Another_amount_or_another_currency_is_never_credited_and_a_person_is_asked()
    {
        foreach (var wrong in new[] { OtherAmount, Says(Amount, Amount) with { Currency = "USD" }, Says(Amount - 1, Amount - 1) })
        {
            var after = PaymentMachine.Apply(Pending(), wrong, Now);
            Assert.Equal((PaymentState.Pending, 0, PaymentMachine.WrongAmount), (after.State, after.Captured, after.Trouble));
            Assert.Equal(default, PaymentMachine.Between(Pending(), after));
        }
    }

    [Fact]
    public void What_we_gave_back_ourselves_is_not_taken_a_second_time()
    {
        var paid = PaymentMachine.Apply(Pending(), Taken, Now) with { OwnRefunds = 300 };
        Assert.Equal(0, PaymentMachine.Apply(paid, Back300, Now).Taken);
        Assert.Equal(700, PaymentMachine.Apply(paid, BackAll, Now).Taken);
        Assert.Equal(700, PaymentMachine.Apply(paid, Lost with { Refunded = 300 }, Now).Taken);
    }

    [Fact]
    public void A_debt_is_paid_off_by_the_next_money_that_comes_in()
    {
        Assert.Equal([(PaymentsPostings.TopUp, 500), (PaymentsPostings.Collected, 300)], PaymentMachine.Movements(new PaymentEffects(500, 0, 0), 0, 300));
        Assert.Equal([(PaymentsPostings.TakenBack, 200), (PaymentsPostings.Owed, 800)], PaymentMachine.Movements(new PaymentEffects(0, 1_000, 0), 200, 0));
        Assert.Equal([(PaymentsPostings.Forgiven, 800), (PaymentsPostings.GivenBack, 200)], PaymentMachine.Movements(new PaymentEffects(0, 0, 1_000), 0, 800));
        Assert.Empty(PaymentMachine.Movements(default, 700, 0));
    }

    private static Payment Pending() => new(Guid.CreateVersion7(), Guid.CreateVersion7(), Amount, "KZT", PaymentState.Pending, "stripe", Guid.CreateVersion7(), Now, Now.AddDays(1), null) { PayUrl = "x" };

    // As the ledger would: the person spends that much as soon as it is there, and what comes later follows.
    private static (Payment Payment, long Wallet, long Owed) Live(IEnumerable<GatewayReport> reports, long spent)
    {
        var (payment, wallet, owed, toSpend) = (Pending(), 0L, 0L, spent);
        foreach (var report in reports)
        {
            var after = PaymentMachine.Apply(payment, report, Now);
            foreach (var (movement, amount) in PaymentMachine.Movements(PaymentMachine.Between(payment, after), wallet, owed))
            {
                if (movement.To == SharedAccounts.Wallet) wallet += amount;
                if (movement.From == SharedAccounts.Wallet) wallet -= amount;
                if (movement.From == PaymentsPostings.Debt) owed += amount;
                if (movement.To == PaymentsPostings.Debt) owed -= amount;
            }
            payment = after;
            var now = Math.Min(wallet, toSpend);
            (wallet, toSpend) = (wallet - now, toSpend - now);
        }
        // Not all could be spent where it never came: the person then simply has less.
        return (payment, wallet, owed + toSpend);
    }

    private static IEnumerable<GatewayReport[]> Orders(GatewayReport[] reports)
    {
        if (reports.Length <= 1)
        {
            yield return reports;
            yield break;
        }
        for (var i = 0; i < reports.Length; i++)
        {
            foreach (var rest in Orders([.. reports[..i], .. reports[(i + 1)..]])) yield return [reports[i], .. rest];
        }
    }

    private static long Factorial(int n) => n <= 1 ? 1 : n * Factorial(n - 1);
}
