using Fairground.Kernel;

namespace Fairground.Ledger;

/// <summary>What an account is for. Declared once, by the module that owns the meaning.</summary>
/// <param name="Name">Stable, <c>module.noun</c>: <c>payments.wallet</c>.</param>
/// <param name="Floor">The lowest balance in minor units; null for accounts that stand for the world outside and may go below zero without limit.</param>
/// <param name="Title">For a person, in statements.</param>
public sealed record AccountPurpose(string Name, long? Floor, string Title);

/// <summary>Names an account: one party, one purpose, one asset. The id follows from the three, so nobody has to look it up.</summary>
public readonly record struct AccountRef
{
    private AccountRef(Guid id, Guid party, AccountPurpose purpose, string asset) => (Id, Party, Purpose, Asset) = (id, party, purpose, asset);

    /// <summary>Derived from party, purpose and asset.</summary>
    public Guid Id { get; }

    /// <summary>A person, shop, lot, gateway, or <see cref="Guid.Empty"/> for the operator.</summary>
    public Guid Party { get; }

    public AccountPurpose Purpose { get; }

    /// <summary>An ISO 4217 code, or a unit such as <c>POINTS</c>.</summary>
    public string Asset { get; }

    public static AccountRef Of(Guid party, AccountPurpose purpose, string asset) =>
        new(Ids.Derive("fairground/account/v1", party.ToString("N"), purpose.Name, asset), party, purpose, asset);
}

/// <summary>A legal movement: what may go from which kind of account to which, and why. What is not declared is refused.</summary>
/// <param name="Code">Stable number, stored with each transfer; unique over all modules.</param>
/// <param name="Name">Stable, <c>module.verb</c>: <c>draws.buy</c>.</param>
/// <param name="Title">For a person, in statements.</param>
/// <param name="Requirement">The requirement it serves, for example <c>C-10</c>.</param>
public sealed record Movement(int Code, string Name, AccountPurpose From, AccountPurpose To, string Title, string Requirement);

/// <summary>An account's state inside a group: balance is credits less debits, in minor units.</summary>
internal sealed class AccountState
{
    public required AccountRef Ref { get; init; }

    public required bool Exists { get; init; }

    public long Balance { get; set; }

    public long Held { get; set; }

    public bool Changed { get; set; }

    /// <summary>True while a decision that touches the account is being checked; the next figures are then what it would leave.</summary>
    public bool Touched { get; set; }

    public long NextBalance { get; set; }

    public long NextHeld { get; set; }

    /// <summary>What may still be paid out.</summary>
    public long Available => Ref.Purpose.Floor is { } floor ? checked(Balance - Held - floor) : long.MaxValue;
}

/// <summary>An immutable transfer of one asset from one account to another.</summary>
public sealed record Transfer(Guid Id, Guid Debit, Guid Credit, long Amount, int Movement, DateTimeOffset At, Guid Reference);

/// <summary>How a hold ended, or that it has not.</summary>
public enum HoldState
{
    Pending = 0,
    Posted = 1,
    Released = 2,
}

/// <summary>An amount set aside in an account until it is posted or released.</summary>
public sealed record Hold(Guid Id, Guid Account, long Amount, HoldState State, DateTimeOffset ExpiresAt, Guid Reference);
