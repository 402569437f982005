using Fairground.Kernel;
using Fairground.Kernel.Contracts;

namespace Fairground.Draws;

/// <summary>What the viewer has to do with the draw of a two-stage lot, once drawn.</summary>
/// <param name="State"><c>candidate</c> until <paramref name="PayBy"/>; then <c>bought</c>, <c>claimed</c>, <c>waived</c>, <c>unpaid</c> or <c>not_delivered</c>.</param>
/// <param name="SecondPayment">What is or was to be paid; zero where the first payments cover the price.</param>
internal sealed record MyPlace(Guid WinId, string State, Money SecondPayment, DateTimeOffset? PayBy, DateTimeOffset? PaidAt);

/// <summary>What a two-stage lot has beside other lots, as everyone may see it.</summary>
/// <param name="Quantity">Units, and so final buyers.</param>
/// <param name="Predicted">Expected applications.</param>
/// <param name="FirstPayment">For one application.</param>
/// <param name="Applicants">People who have paid for an application (D-09); each may hold several.</param>
/// <param name="Total">What the seller nets for all units.</param>
/// <param name="SecondPayment">What each final buyer pays, the first ones perhaps one minor unit more than the others; null until applications have ended.</param>
/// <param name="Surplus"><c>operator</c>, <c>mileage</c> or <c>split</c>.</param>
/// <param name="MileagePercent">The part of a surplus that becomes mileage.</param>
/// <param name="MileageRatePercent">Mileage to each losing application in per cent of the first payment.</param>
/// <param name="FirstPaymentMode"><c>kept</c>, <c>authorised</c> or <c>refunded</c>, by the law of the place.</param>
/// <param name="DepositState"><c>due</c>, <c>paid</c> or <c>ended</c>.</param>
/// <param name="Result">Once settled: <c>sold</c>, <c>partly</c> or <c>failed</c>.</param>
/// <param name="MileageEach">Once settled: granted for each losing application.</param>
/// <param name="BackEach">Once settled: given back of each first payment.</param>
internal sealed record TwoStageView(
    int Quantity, int Predicted, Money FirstPayment, int Applicants, Money Total, Money Fee, Money? SecondPayment, string Surplus, int MileagePercent, string MileageRatePercent, int? MileageDays,
    string FirstPaymentMode, Money Deposit, string DepositState, int LeastApplications, bool StopAtPredicted, bool DrawByHand, IReadOnlyList<string> Delivery, int ApproveDays, int HandOverDays,
    string? Result = null, long? MileageEach = null, Money? BackEach = null, MyPlace? Mine = null)
{
    public static TwoStageView Of(Sale sale, TwoStage two)
    {
        var (terms, currency) = (two.Terms, Currency.Of(sale.Currency));
        var settled = sale.State == LotState.Settled;
        var ended = sale.ClosedAt is not null && sale.State is not (LotState.Cancelled or LotState.Refunded);
        return new TwoStageView(
            terms.Quantity, terms.Predicted, new Money(terms.FirstPayment, currency), two.Applicants, new Money(terms.Total, currency), new Money(terms.Fee, currency),
            ended ? new Money(terms.Shares(sale.Sold)[0], currency) : null, terms.SurplusWire, terms.MileagePercent, terms.RateWire, terms.MileageDays == 0 ? null : terms.MileageDays,
            terms.Mode.Wire(), new Money(terms.Deposit, currency), two.Deposit.ToString().ToLowerInvariant(), terms.Least, terms.StopAtPredicted, terms.DrawByHand,
            [.. PublishedTwoStage.Ways(two.Delivery.Ways)], two.Delivery.ApproveDays, two.Delivery.HandOverDays,
            settled ? two.Delivered == 0 ? "failed" : two.Delivered < terms.Quantity ? "partly" : "sold" : null,
            settled ? two.MileageEach : null, settled ? new Money(two.BackEach, currency) : null);
    }

    /// <summary>The viewer's place, from what was drawn and what is owed.</summary>
    public static MyPlace PlaceOf(Win win, SecondPayment owed, string currency) => new(win.Id, win.State.Wire(), new Money(owed.Amount, Currency.Of(currency)), win.ClaimBy, owed.PaidAt);
}
