using Fairground.Kernel.Contracts;

namespace Fairground.Draws;

/// <summary>Where the seller's deposit is. The numbers are stored.</summary>
internal enum DepositState
{
    /// <summary>Not paid: the lot cannot be published (D-02).</summary>
    Due = 0,

    /// <summary>With the operator.</summary>
    Paid = 1,

    /// <summary>Back with the seller, less what was forfeited.</summary>
    Ended = 2,
}

/// <summary>Where a deposit came from, and so where it goes back to. The numbers are stored.</summary>
internal enum DepositSource
{
    /// <summary>The wallet of the person who paid it.</summary>
    Wallet = 0,

    /// <summary>What the operator owes the shop.</summary>
    Payable = 1,
}

/// <summary>How the goods of a two-stage lot reach their buyers (D-22, D-23). Frozen at publication.</summary>
/// <param name="ApproveDays">Days after delivery until silence is approval.</param>
/// <param name="HandOverDays">Days that the seller has to send the goods.</param>
internal sealed record DeliveryTerms(HandoverWays Ways, int ApproveDays, int HandOverDays);

/// <summary>The goods as a buyer's order names them.</summary>
internal sealed record OrderedGoods(Guid ProductId, string Title)
{
    public static OrderedGoods Of(Lot lot) => new(lot.ProductId, lot.Title);
}

/// <summary>What a two-stage lot has beside its <see cref="Sale"/>. Changed only by hot commands.</summary>
/// <param name="DepositBy">Who paid the deposit.</param>
/// <param name="Applicants">People who have paid for an application (D-09).</param>
/// <param name="Captured">True once every first payment that was set aside is captured.</param>
/// <param name="PayingOut">True from the settlement until everybody has their part.</param>
/// <param name="Delivered">Units delivered, once settled.</param>
/// <param name="Losing">Applications of people who bought no unit, once settled.</param>
/// <param name="BackEach">First payment returned for each application, once settled; minor units.</param>
/// <param name="MileageEach">Mileage for each losing application, once settled.</param>
/// <param name="DepositEach">Forfeited deposit for each application of whoever got no unit, once settled; minor units.</param>
/// <param name="MileageExpiresAt">Until when granted mileage lives; null for ever.</param>
internal sealed record TwoStage(
    Guid LotId,
    TwoStageTerms Terms,
    DeliveryTerms Delivery,
    DepositState Deposit = DepositState.Due,
    DepositSource DepositFrom = DepositSource.Wallet,
    Guid? DepositBy = null,
    DateTimeOffset? DepositAt = null,
    int Applicants = 0,
    bool Captured = false,
    bool PayingOut = false,
    int Delivered = 0,
    int Losing = 0,
    long BackEach = 0,
    long MileageEach = 0,
    long DepositEach = 0,
    DateTimeOffset? MileageExpiresAt = null);

/// <summary>What a candidate has to pay, and whether it is paid. Changed only by hot commands.</summary>
/// <param name="WinId">The drawn place.</param>
/// <param name="Unit">From 0: which unit it is for; whoever is called instead is for the same.</param>
/// <param name="Amount">P2 of the unit, minor units; 0 where the first payments cover the price.</param>
internal sealed record SecondPayment(Guid WinId, Guid LotId, Guid UserId, int Unit, long Amount, DateTimeOffset? PaidAt);

/// <summary>What of a person's first payments for a lot was mileage, so that it can go back as what it was. Changed only by hot commands.</summary>
/// <param name="ExpiresAt">The latest expiry among it; null where some of it lives for ever.</param>
internal sealed record SpentMileage(Guid LotId, Guid UserId, long Amount, DateTimeOffset? ExpiresAt);
