using System.Buffers.Text;
using System.Globalization;
using Fairground.Kernel;
using Fairground.Ledger;
using Fairground.Ledger.GroupCommit;
using Fairground.Ledger.Protection;

namespace Fairground.Draws;

/// <summary>Buys entries of a lot. Numbers and id are made before, so that deciding stays pure.</summary>
/// <param name="Holder">32 bytes: the buyer's pseudonym in this lot.</param>
/// <param name="Terms">What the chosen place demands of whoever buys.</param>
internal abstract record EntryPurchase(CommandKey Key, LotFacts Lot, Guid Buyer, byte[] Holder, Guid PurchaseId, IReadOnlyList<string> Numbers, GuardTerms Terms) : IHotCommand
{
    public int Quantity => Numbers.Count;

    /// <summary>Derived on the caller's thread, so that the group's one thread need not.</summary>
    public AccountRef Wallet { get; } = SharedAccounts.WalletOf(Buyer, Lot.Currency);
}

/// <summary>Buys certificates of a lot from the wallet (C-10).</summary>
internal sealed record BuyCertificates(CommandKey Key, LotFacts Lot, Guid Buyer, byte[] Holder, Guid PurchaseId, IReadOnlyList<string> Numbers, GuardTerms Terms)
    : EntryPurchase(Key, Lot, Buyer, Holder, PurchaseId, Numbers, Terms);

/// <summary>What was bought: enough to give the same answer again, byte for byte.</summary>
/// <param name="At">Whole seconds.</param>
/// <param name="KidPrefix">Beginning of the id of the key that signed the receipt.</param>
/// <param name="Signature">Of the receipt, base64url; empty until sealed.</param>
internal sealed record Bought(Guid PurchaseId, int FirstSeq, IReadOnlyList<string> Numbers, DateTimeOffset At, string KidPrefix, string Signature)
{
    private const int IdLength = 22;
    private const int SignatureLength = 86;

    /// <summary>The stored form: id, key, signature, instant and first seq, then the numbers without separators.</summary>
    public string Write() => string.Create(CultureInfo.InvariantCulture,
        $"{Beginning(PurchaseId)}{KidPrefix}{Signature}{At.ToUnixTimeSeconds()}.{FirstSeq}.{string.Concat(Numbers)}");

    /// <summary>How the stored form of this purchase begins, so that it can be found again.</summary>
    public static string Beginning(Guid purchaseId) => Base64Url.EncodeToString(purchaseId.ToByteArray(true));

    public static Bought Read(string stored)
    {
        var id = new Guid(Base64Url.DecodeFromChars(stored.AsSpan(0, IdLength)), true);
        var kid = stored.Substring(IdLength, ProofSigner.KidPrefix);
        var signature = stored.Substring(IdLength + ProofSigner.KidPrefix, SignatureLength);
        var parts = stored[(IdLength + ProofSigner.KidPrefix + SignatureLength)..].Split('.');
        var at = DateTimeOffset.FromUnixTimeSeconds(long.Parse(parts[0], CultureInfo.InvariantCulture));
        var numbers = new string[parts[2].Length / Fairness.CertificateNumber.Length];
        for (var i = 0; i < numbers.Length; i++) numbers[i] = parts[2].Substring(i * Fairness.CertificateNumber.Length, Fairness.CertificateNumber.Length);
        return new Bought(id, int.Parse(parts[1], CultureInfo.InvariantCulture), numbers, at, kid, signature);
    }
}

/// <summary>What selling any entry has in common: seqs in order, the cap a person, the guard, the receipt.</summary>
internal abstract class EntryRule<TCommand>(ProofSigner signer) : HotRule<TCommand, Bought>
    where TCommand : EntryPurchase
{
    public override void Needs(TCommand command, LoadPlan plan) => plan
        .Account(command.Wallet)
        .Account(command.Lot.Escrow)
        .Guard(command.Buyer)
        .Row(DrawsTables.Sales, command.Lot.LotId)
        .Row(DrawsTables.Holdings, command.Lot.LotId, command.Buyer);

    /// <summary>What the buyer holds already.</summary>
    protected static Holding Held(TCommand command, GroupState state) =>
        state.Row(DrawsTables.Holdings, command.Lot.LotId, command.Buyer) ?? new Holding(command.Lot.LotId, command.Buyer, 0, command.Holder, false);

    /// <summary>The purchase as the guard sees it.</summary>
    protected static GuardedPurchase Guarded(TCommand command, long price) => new(command.Buyer, command.Lot.ShopId, command.Lot.Currency, price, command.Quantity, command.Terms);

    /// <summary>Why no entry is sold now, in the order of the ladder, or null.</summary>
    /// <param name="full">Said where not that many are left.</param>
    protected static Refusal? Closed(TCommand command, Sale? sale, Holding holding, RefusalKind full, DateTimeOffset now)
    {
        var quantity = command.Quantity;
        if (sale is null) return DrawsRefusals.LotNotFound;
        if (sale.WasSoldOut) return full.With(("left", 0));
        if (!sale.IsOpenAt(now)) return DrawsRefusals.NotOpen.With(("state", sale.State.Wire()));
        if (sale.Left < quantity) return full.With(("left", sale.Left));
        return holding.Count + quantity > sale.Cap ? DrawsRefusals.EntryCap.With(("cap", sale.Cap), ("held", holding.Count)) : null;
    }

    /// <summary>The rows of a sale: seqs, holding, the guard's count.</summary>
    protected static Decision Sell(TCommand command, GroupState state, Sale sale, Holding holding, in GuardedPurchase purchase, DateTimeOffset now)
    {
        var (lot, quantity) = (command.Lot, command.Quantity);
        var bought = new Bought(command.PurchaseId, sale.Sold + 1, command.Numbers, LotTerms.WholeSeconds(now), "", "");
        return Accept(bought)
            .Change(DrawsTables.Sales, sale.Sell(quantity, now))
            .Change(DrawsTables.Holdings, holding with { Count = holding.Count + quantity })
            .Count(state, purchase, now)
            .Add(DrawsTables.Certificates, command.Numbers.Select((number, i) => new Certificate(lot.LotId, command.PurchaseId, command.Buyer, bought.FirstSeq + i, number)));
    }

    protected override Bought Seal(TCommand command, Bought outcome) => outcome with
    {
        KidPrefix = signer.Kid[..ProofSigner.KidPrefix],
        Signature = signer.SignatureOf(PurchaseReceipt.Payload(command.Lot, command.Holder, outcome), Fairness.Receipt.Typ),
    };

    protected override string WriteOutcome(Bought outcome) => outcome.Write();

    protected override Bought ReadOutcome(string stored) => Bought.Read(stored);
}

/// <summary>Decides a purchase (C-10, C-11, C-12). Refusals in this order: <c>lot.not_found</c>, <c>lot.sold_out</c> (all sold), <c>lot.not_open</c>,
/// <c>lot.sold_out</c> (fewer left than asked), <c>lot.entry_cap</c>, those of <see cref="Guarding.Check"/>, <c>wallet.insufficient_funds</c>.</summary>
internal sealed class BuyCertificatesRule(ProofSigner signer) : EntryRule<BuyCertificates>(signer)
{
    public override Decision Decide(BuyCertificates command, GroupState state, DateTimeOffset now)
    {
        var (lot, quantity) = (command.Lot, command.Quantity);
        var (sale, holding) = (state.Row(DrawsTables.Sales, lot.LotId), Held(command, state));
        if (Closed(command, sale, holding, DrawsRefusals.SoldOut, now) is { } closed) return Refuse(closed);
        var price = checked(sale!.Nominal * quantity);
        var purchase = Guarded(command, price);
        if (Guarding.Check(state, purchase, now) is { } kept) return Refuse(kept);
        if (!state.CanPay(command.Wallet, price)) return Refuse(LedgerRefusals.InsufficientFunds, ("needed", new Money(price, Currency.Of(lot.Currency))));

        var decision = Sell(command, state, sale, holding, purchase, now)
            .Post(DrawsPostings.Buy, command.Wallet, lot.Escrow, price, lot.LotId, command.PurchaseId)
            .Publish(new CertificatesSold(lot.LotId, command.Buyer, command.PurchaseId, quantity, lot.ShopId));
        if (sale.Left == quantity) decision.Publish(new LotSoldOut(lot.LotId, lot.ShopId));
        return decision;
    }
}
