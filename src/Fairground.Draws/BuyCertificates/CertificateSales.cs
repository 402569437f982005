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

/// <summary>Who wants to buy an entry, once it is known that the person may.</summary>
/// <param name="Holder">32 bytes: the pseudonym in this lot.</param>
internal sealed record Entrant(LotFacts Lot, byte[] Holder, GuardTerms Terms);

/// <summary>What must hold before anybody buys an entry of any lot, and the numbers of entries.</summary>
internal sealed class EntryDesk(DrawsMemory memory, DrawsReader reader, IPeople people, IShopAccess shops, IJurisdiction jurisdiction)
{
    /// <summary>Refusals: <c>lot.not_found</c>, <c>lot.wrong_kind</c>, <c>jurisdiction.not_chosen</c>, <c>jurisdiction.mode_closed</c>, <c>jurisdiction.licence_missing</c>,
    /// <c>lot.staff_excluded</c>, <c>lot.held_as_joined</c>.</summary>
    public async Task<Result<Entrant>> Admit(Guid buyer, bool isOperator, Guid lotId, LotKind kind, CancellationToken ct)
    {
        var lot = await memory.Facts(lotId, ct);
        if (lot is null) return await memory.IsDraft(lotId, ct) ? DrawsRefusals.NotOpen : DrawsRefusals.LotNotFound;
        if (lot.Kind != kind) return TwoStageRefusals.WrongKind.With(("kind", lot.Kind.Wire()));
        var place = await jurisdiction.Chosen(ct);
        if (place is null) return JurisdictionRefusals.NotChosen;
        if (place.MaySell(kind.Wire()) is { } closed) return closed;
        if (isOperator || await memory.IsStaff(shops, lot.ShopId, buyer, ct)) return DrawsRefusals.StaffExcluded;
        var salt = await memory.Salt(people, buyer, ct);
        if (salt is null) return CommonRefusals.NotSignedIn;
        var ids = await people.IdsOf(buyer, ct);
        // Nearly nobody has a joined account, so this costs nobody else anything.
        for (var i = 1; i < ids.Count; i++)
        {
            if (await reader.Holding(lotId, ids[i], ct) is { Count: > 0 }) return DrawsRefusals.HeldAsJoined;
        }
        return new Entrant(lot, EntryLeaf.Holder(lot.LotText, salt, buyer.ToString()), GuardTerms.Of(place.Pack));
    }

    /// <summary>Numbers for so many entries. 55 random bits each: two equal ones in a lot of a million are a matter of 1 in 70,000, and the unique index turns that into one failed purchase.</summary>
    public static string[] NewNumbers(int quantity)
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

/// <summary>Sells certificates; page and API call this.</summary>
internal sealed class CertificateSales(GroupCommitter committer, EntryDesk desk, ProofSigner signer)
{
    public const int MostAtOnce = 1000;

    /// <summary>Buys from the wallet of the signed-in person. Refusals: <c>lot.quantity_invalid</c>, those of <see cref="EntryDesk.Admit"/>, those of <see cref="BuyCertificatesRule"/>,
    /// <c>idempotency.key_reused</c>, <c>server.busy</c>, <c>server.unavailable</c>.</summary>
    /// <param name="key">The caller's idempotency key.</param>
    public Task<Result<Purchase>> Buy(ClaimsPrincipal user, Guid lotId, int quantity, string key, CancellationToken ct) => Buy(user.UserId(), user.IsOperator(), lotId, quantity, key, ct);

    /// <summary>As above, for a person who is not here at the moment.</summary>
    public async Task<Result<Purchase>> Buy(Guid buyer, bool isOperator, Guid lotId, int quantity, string key, CancellationToken ct)
    {
        if (quantity is < 1 or > MostAtOnce) return DrawsRefusals.QuantityInvalid;
        var admitted = await desk.Admit(buyer, isOperator, lotId, LotKind.Certificates, ct);
        if (admitted.Refused) return admitted.Refusal!;
        var (lot, holder) = (admitted.Value.Lot, admitted.Value.Holder);
        var command = new BuyCertificates(
            CommandKey.For(buyer, key, "draws.buy", lot.LotText, quantity.ToString(CultureInfo.InvariantCulture)),
            lot, buyer, holder, Ids.New(), EntryDesk.NewNumbers(quantity), admitted.Value.Terms);
        var result = await committer.Submit<Bought>(command);
        if (result.Refused) return result.Refusal!;
        var bought = result.Value;
        var receipt = signer.Assemble(PurchaseReceipt.Payload(lot, holder, bought), Receipt.Typ, bought.KidPrefix, bought.Signature);
        return new Purchase(lot, bought, receipt, result.Replayed);
    }
}
