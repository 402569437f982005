using System.Collections.Frozen;

namespace Fairground.Ledger;

/// <summary>What a module declares to the ledger: its account purposes and legal movements.</summary>
public interface ILedgerChart
{
    IReadOnlyList<AccountPurpose> Purposes { get; }

    IReadOnlyList<Movement> Movements { get; }
}

/// <summary>All declared purposes and movements; reading it tells the whole business.</summary>
public sealed class Chart
{
    private readonly FrozenDictionary<int, Movement> movements;
    private readonly FrozenDictionary<string, AccountPurpose> purposes;

    public Chart(IEnumerable<ILedgerChart> charts)
    {
        var all = charts.ToList();
        purposes = all.SelectMany(c => c.Purposes).ToFrozenDictionary(p => p.Name, StringComparer.Ordinal);
        movements = all.SelectMany(c => c.Movements).ToFrozenDictionary(m => m.Code);
        foreach (var movement in movements.Values)
        {
            if (!purposes.ContainsKey(movement.From.Name) || !purposes.ContainsKey(movement.To.Name))
                throw new InvalidOperationException($"Movement {movement.Name} uses an account purpose that nobody declared.");
        }
    }

    public IReadOnlyCollection<Movement> Movements => movements.Values;

    public IReadOnlyCollection<AccountPurpose> Purposes => purposes.Values;

    public Movement? Find(int code) => movements.GetValueOrDefault(code);

    public AccountPurpose? FindPurpose(string name) => purposes.GetValueOrDefault(name);

    /// <summary>Throws unless the movement is declared and goes between these kinds of account in one asset.</summary>
    internal void Check(Movement movement, AccountRef from, AccountRef to)
    {
        if (!movements.TryGetValue(movement.Code, out var declared) || declared != movement)
            throw new InvalidOperationException($"Movement {movement.Name} is not declared.");
        if (movement.From.Name != from.Purpose.Name || movement.To.Name != to.Purpose.Name)
            throw new InvalidOperationException($"Movement {movement.Name} does not go from {from.Purpose.Name} to {to.Purpose.Name}.");
        if (from.Asset != to.Asset) throw new InvalidOperationException($"Movement {movement.Name} cannot turn {from.Asset} into {to.Asset}.");
        if (from.Id == to.Id) throw new InvalidOperationException($"Movement {movement.Name} goes from an account to itself.");
    }
}

/// <summary>Purposes that more than one module pays from or to.</summary>
public static class SharedAccounts
{
    /// <summary>A person's money on deposit with the operator. Never below zero.</summary>
    public static readonly AccountPurpose Wallet = new("payments.wallet", 0, "Wallet");

    /// <summary>What the operator owes a shop.</summary>
    public static readonly AccountPurpose ShopPayable = new("payments.shop_payable", 0, "Owed to the shop");

    /// <summary>The operator's own earnings.</summary>
    public static readonly AccountPurpose OperatorRevenue = new("payments.operator_revenue", 0, "Operator's revenue");

    public static AccountRef WalletOf(Guid userId, string asset) => AccountRef.Of(userId, Wallet, asset);

    public static AccountRef PayableTo(Guid shopId, string asset) => AccountRef.Of(shopId, ShopPayable, asset);
}
