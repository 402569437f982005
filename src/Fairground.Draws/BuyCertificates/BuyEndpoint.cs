using Fairground.Kernel;
using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Fairground.Draws;

/// <summary>What a buyer asks for.</summary>
/// <param name="Quantity">From 1 to 1000.</param>
internal sealed record PurchaseRequest(int Quantity);

/// <summary>A certificate of a purchase.</summary>
internal sealed record PurchasedEntry(int Seq, string Number);

/// <summary>The answer to a purchase.</summary>
/// <param name="Receipt">A JWS over the purchase (draw proof, section 7).</param>
internal sealed record PurchaseAnswer(Guid PurchaseId, Guid LotId, Money Charged, IReadOnlyList<PurchasedEntry> Entries, string Receipt, DateTimeOffset At);

/// <summary><c>POST lots/{id}/purchases</c>.</summary>
internal static class BuyEndpoint
{
    public static async Task<Results<Created<PurchaseAnswer>, ProblemHttpResult>> Handle(Guid lotId, PurchaseRequest request, CertificateSales sales, HttpContext http)
    {
        var key = IdempotencyKey.Read(http);
        if (key.Refused) return Problems.Of(key.Refusal!);
        var bought = await sales.Buy(http.User, lotId, request.Quantity, key.Value, http.RequestAborted);
        if (bought.Refused) return Problems.Of(bought.Refusal!);
        if (bought.Value.Replayed) http.Response.Headers[IdempotencyKey.ReplayedHeader] = "true";
        return TypedResults.Created((string?)null, Answer(bought.Value));
    }

    /// <summary>The answer to a purchase, the same whenever it is given.</summary>
    internal static PurchaseAnswer Answer(Purchase purchase)
    {
        var (lot, bought) = (purchase.Lot, purchase.Bought);
        var entries = new PurchasedEntry[bought.Numbers.Count];
        for (var i = 0; i < entries.Length; i++) entries[i] = new PurchasedEntry(bought.FirstSeq + i, bought.Numbers[i]);
        return new PurchaseAnswer(bought.PurchaseId, lot.LotId, new Money(lot.Nominal * entries.Length, Currency.Of(lot.Currency)), entries, purchase.Receipt, bought.At);
    }
}
