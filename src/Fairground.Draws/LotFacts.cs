using Fairground.Ledger;

namespace Fairground.Draws;

/// <summary>What never changes once a lot is open, so that buying needs no query for it.</summary>
/// <param name="TermsHash">Lower-case hex.</param>
internal sealed record LotFacts(Guid LotId, string LotText, Guid ShopId, string Currency, long Nominal, string TermsHash, LotKind Kind = LotKind.Certificates)
{
    /// <summary>Where the lot's money is held; derived once.</summary>
    public AccountRef Escrow { get; } = DrawsPostings.EscrowOf(LotId, Currency);
}
