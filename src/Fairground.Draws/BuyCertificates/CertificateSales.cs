using System.Globalization;
using System.Security.Claims;
using System.Security.Cryptography;
using Fairground.Fairness;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;
using Fairground.Ledger.GroupCommit;
using Fairground.Ledger.Protection;

namespace Fairground.Draws;

/// <summary>A purchase as the buyer sees it, and whether this answer was given before.</summary>
internal sealed record Purchase(LotFacts Lot, Bought Bought, string Receipt, bool Replayed);

/// <summary>Sells certificates; page and API call this.</summary>
internal sealed class CertificateSales(GroupCommitter committer, DrawsMemory memory, DrawsReader reader, ProofSigner signer, IPeople people, IShopAccess shops, IJurisdiction jurisdiction)
{
    public const int MostAtOnce = 1000;

    /// <summary>Buys from the wallet of the signed-in person. Refusals: <c>lot.quantity_invalid</c>, <c>lot.not_found</c>, <c>jurisdiction.not_chosen</c>, <c>jurisdiction.mode_closed</c>,
    /// <c>jurisdiction.licence_missing</c>, <c>lot.staff_excluded</c>, <c>lot.held_as_joined</c>, those of <see cref="BuyCertificatesRule"/>, <c>idempotency.key_reused</c>, <c>server.busy</c>, <c>server.unavailable</c>.</summary>
    /// <param name="key">The caller's idempotency key.</param>
    public Task<Result<Purchase>> Buy(ClaimsPrincipal user, Guid lotId, int quantity, string key, CancellationToken ct) => Buy(user.UserId(), user.IsOperator(), lotId, quantity, key, ct);

    /// <summary>As above, for a person who is not here at the moment.</summary>
    public async Task<Result<Purchase>> Buy(Guid buyer, bool isOperator, Guid lotId, int quantity, string key, CancellationToken ct)
    {
        if (quantity is < 1 or > MostAtOnce) return DrawsRefusals.QuantityInvalid;
        var lot = await memory.Facts(lotId, ct);
        if (lot is null) return await memory.IsDraft(lotId, ct) ? DrawsRefusals.NotOpen : DrawsRefusals.LotNotFound;
        var place = await jurisdiction.Chosen(ct);
        if (place is null) return JurisdictionRefusals.NotChosen;
        if (place.MaySell(SaleModes.Certificates) is { } closed) return closed;
        if (isOperator || await memory.IsStaff(shops, lot.ShopId, buyer, ct)) return DrawsRefusals.StaffExcluded;
        var salt = await memory.Salt(people, buyer, ct);
        if (salt is null) return CommonRefusals.NotSignedIn;
        var ids = await people.IdsOf(buyer, ct);
        // Nearly nobody has a joined account, so this costs nobody else anything.
        for (var i = 1; i < ids.Count; i++)
        {
            if (await reader.Holding(lotId, ids[i], ct) is { Count: > 0 }) return DrawsRefusals.HeldAsJoined;
        }
        var holder = EntryLeaf.Holder(lot.LotText, salt, buyer.ToString());
        var command = new BuyCertificates(
            CommandKey.For(buyer, key, "draws.buy", lot.LotText, quantity.ToString(CultureInfo.InvariantCulture)),
            lot, buyer, holder, Ids.New(), NewNumbers(quantity), GuardTerms.Of(place.Pack));
        var result = await committer.Submit<Bought>(command);
        if (result.Refused) return result.Refusal!;
        var bought = result.Value;
        var receipt = signer.Assemble(PurchaseReceipt.Payload(lot, holder, bought), Receipt.Typ, bought.KidPrefix, bought.Signature);
        return new Purchase(lot, bought, receipt, result.Replayed);
    }

    // 55 random bits each: two equal ones in a lot of a million are a matter of 1 in 70,000, and the unique index turns that into one failed purchase.
    private static string[] NewNumbers(int quantity)
    {
        Span<byte> random = stackalloc byte[CertificateNumber.MinRandomBytes];
        var numbers = new string[quantity];
        for (var i = 0; i < quantity; i++)
        {
            RandomNumberGenerator.Fill(random);
            numbers[i] = CertificateNumber.FromRandom(random);
        }
        return numbers;
    }
}
