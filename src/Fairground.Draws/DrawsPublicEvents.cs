using Fairground.Kernel.Messaging;

namespace Fairground.Draws;

/// <summary>What programs outside may hear of lots.</summary>
internal static class DrawsPublicEvents
{
    public static IReadOnlyList<PublicEvent> All { get; } =
    [
        new(LotOpened.Name, "A lot is on sale."),
        new(CertificatesSold.Name, "Certificates were sold.", "userId"),
        new(LotSoldOut.Name, "The last certificate of a lot was sold."),
        new(LotExtended.Name, "A lot did not sell out and goes on once."),
        new(LotClosed.Name, "A sale has ended; the list of entries is frozen and the draw has its time."),
        new(LotDrawn.Name, "The winners of a lot are known."),
        new(ReserveCalled.Name, "A reserve was called, because one before did not collect."),
        new(WinClaimed.Name, "A prize was handed over.", "by"),
        new(WinLapsed.Name, "A winner did not collect in time."),
        new(LotSettled.Name, "A lot is settled and the shop credited."),
        new(LotCancelled.Name, "A lot will not be drawn; everyone gets the money back."),
        new(LotRefunded.Name, "Everyone has the money of a cancelled lot back."),
    ];
}
