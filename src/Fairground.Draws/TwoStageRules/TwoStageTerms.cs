using System.Globalization;
using Fairground.Kernel.Contracts;

namespace Fairground.Draws;

/// <summary>What becomes of first payments, by the law of the place. Frozen at publication. The numbers are stored.</summary>
internal enum FirstPaymentMode
{
    /// <summary>Paid at once and not returned to those who do not become final buyers (D-04).</summary>
    Kept = 0,

    /// <summary>Set aside in the wallet while applications are taken, and captured at the draw.</summary>
    Authorised = 1,

    /// <summary>Paid at once and returned to everybody who does not become a final buyer.</summary>
    Refunded = 2,
}

/// <summary>The money terms of a two-stage draw (D-02, D-03, D-11, D-14, D-16, D-21). Amounts are minor units of one currency.</summary>
/// <param name="Price">Pp: what the seller nets for one unit.</param>
/// <param name="Quantity">Q: units, and so final buyers.</param>
/// <param name="Predicted">Np: expected applications.</param>
/// <param name="FirstPayment">P1: for one application.</param>
/// <param name="Fee">f: on top of the second payment, for all units together.</param>
/// <param name="MileagePercent">The share of the surplus that becomes mileage; 0 leaves all to the operator.</param>
/// <param name="MileageRate">r, in hundredths of a per cent of P1: 50 is 0.5 %.</param>
/// <param name="MileageDays">How long granted mileage lives; 0 for ever.</param>
/// <param name="Deposit">What the seller leaves with the operator until delivery, for all units together.</param>
/// <param name="Least">Fewer applications than this mean no draw.</param>
internal sealed record TwoStageTerms(
    long Price, int Quantity, int Predicted, long FirstPayment, long Fee, int MileagePercent, int MileageRate, int MileageDays, long Deposit, int Least,
    bool StopAtPredicted, bool DrawByHand, FirstPaymentMode Mode)
{
    /// <summary>What the seller nets where every unit is delivered: Q × Pp.</summary>
    public long Total => checked(Price * Quantity);

    /// <summary>P1 for Np: Q × Pp / Np, rounded up to the smallest unit (D-03, D-21).</summary>
    public static long FirstPaymentFor(long price, int quantity, int predicted) => Up((Int128)price * quantity, predicted);

    /// <summary>Np for P1: so many applications cover the price.</summary>
    public static long PredictedFor(long price, int quantity, long firstPayment) => Up((Int128)price * quantity, firstPayment);

    /// <summary>S for so many applications.</summary>
    public long Collected(int applications) => checked(FirstPayment * applications);

    /// <summary>The part of S that counts towards the price: all of it, or where losers are paid back only what the buyers paid.</summary>
    public long Counted(int applications) => Mode == FirstPaymentMode.Refunded ? checked(FirstPayment * Math.Min(applications, Quantity)) : Collected(applications);

    /// <summary>P2 for all units together (D-11 to D-13): max(0, total − S + f), decided by S against the price; no fee where the price is covered (D-12).</summary>
    public long SecondPayment(int applications)
    {
        // Where losers are paid back each unit stands for itself: its buyer's first payment is all that counts.
        var counted = Mode == FirstPaymentMode.Refunded ? checked(FirstPayment * Quantity) : Counted(applications);
        return counted < Total ? checked(Total - counted + Fee) : 0;
    }

    /// <summary>P2 of each unit; the first ones carry the remainder, so that they add up exactly (D-21).</summary>
    public IReadOnlyList<long> Shares(int applications)
    {
        var (share, rest) = Math.DivRem(SecondPayment(applications), Quantity);
        return [.. Enumerable.Range(0, Quantity).Select(unit => share + (unit < rest ? 1 : 0))];
    }

    /// <summary>R: what first payments bring in above the price (D-13).</summary>
    public long Surplus(int applications) => Math.Max(0, Counted(applications) - Total);

    /// <summary>The part of a surplus that becomes mileage, rounded down (D-14).</summary>
    public long ForMileage(long surplus) => (long)((Int128)surplus * MileagePercent / 100);

    /// <summary>M for each losing application by the rate: r × P1, rounded down (D-16). None where losers are paid back: they have paid nothing.</summary>
    public long MileageByRate => (long)((Int128)FirstPayment * Rate / 10_000);

    /// <summary>M for each losing application from the surplus, rounded down (D-15, D-20); the rest of the surplus goes to the rounding account.</summary>
    public static long MileageEach(long forMileage, int losing) => losing == 0 ? 0 : forMileage / losing;

    /// <summary>The use of the surplus as terms and API write it.</summary>
    public string SurplusWire => MileagePercent switch
    {
        0 => "operator",
        100 => "mileage",
        _ => "split",
    };

    /// <summary>The rate as terms and API write it: <c>0.5</c> for 0.5 %.</summary>
    public string RateWire => Percent(Rate);

    /// <summary>Hundredths of a per cent in per cent.</summary>
    public static string Percent(int hundredths) => (hundredths / 100m).ToString("0.##", CultureInfo.InvariantCulture);

    private int Rate => Mode == FirstPaymentMode.Refunded ? 0 : MileageRate;

    private static long Up(Int128 amount, long parts) => (long)((amount + parts - 1) / parts);
}

/// <summary>How modes are written.</summary>
internal static class FirstPaymentModes
{
    /// <summary>What the rules of the chosen place make of first payments; where none is chosen nothing is sold, and a draft shows the rule of the method.</summary>
    public static FirstPaymentMode FirstPayment(this Jurisdiction? place) => Parse(place?.Pack.Modes[SaleModes.TwoStage].FirstPayment);

    /// <summary>The mode as terms, packs and API write it.</summary>
    public static string Wire(this FirstPaymentMode mode) => mode switch
    {
        FirstPaymentMode.Authorised => "authorised",
        FirstPaymentMode.Refunded => "refunded",
        _ => "kept",
    };

    /// <summary>Reads a mode; one that is not known is the mildest.</summary>
    public static FirstPaymentMode Parse(string? text) => text switch
    {
        "kept" or null => FirstPaymentMode.Kept,
        "authorised" => FirstPaymentMode.Authorised,
        _ => FirstPaymentMode.Refunded,
    };
}
