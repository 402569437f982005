using Fairground.Kernel.Messaging;

namespace Fairground.Draws;

/// <summary>What programs outside may hear of lots.</summary>
internal static class DrawsPublicEvents
{
    public static IReadOnlyList<PublicEvent> All { get; } =
    [
        new(LotOpened.Name, Key("A lot is on sale.")),
        new(CertificatesSold.Name, Key("Certificates were sold."), "userId"),
        new(DepositPaid.Name, Key("The deposit of a two-stage lot is paid.")),
        new(ApplicationsPaid.Name, Key("Applications for a two-stage lot were paid."), "userId"),
        new(FinalBuyerKnown.Name, Key("A two-stage lot has a final buyer."), "userId"),
        new(PlaceWaived.Name, Key("A candidate of a two-stage lot gave up.")),
        new(UnitNotDelivered.Name, Key("A seller did not deliver; the buyer is paid back.")),
        new(LotSoldOut.Name, Key("The last certificate of a lot was sold.")),
        new(LotExtended.Name, Key("A lot did not sell out and goes on once.")),
        new(LotClosed.Name, Key("A sale has ended; the list of entries is frozen and the draw has its time.")),
        new(LotDrawn.Name, Key("The winners of a lot are known.")),
        new(ReserveCalled.Name, Key("A reserve was called, because one before did not collect.")),
        new(WinClaimed.Name, Key("A prize was handed over."), "by"),
        new(WinLapsed.Name, Key("A winner did not collect in time.")),
        new(LotSettled.Name, Key("A lot is settled and the shop credited.")),
        new(LotCancelled.Name, Key("A lot will not be drawn; everyone gets the money back.")),
        new(LotRefunded.Name, Key("Everyone has the money of a cancelled lot back.")),
    ];
}
