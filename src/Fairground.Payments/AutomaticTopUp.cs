using Fairground.Kernel;

namespace Fairground.Payments;

/// <summary>A way of paying that a person has had kept at a gateway. Here stands a name for it, and nothing of a card but what the gateway shows of it.</summary>
internal sealed class SavedMethod
{
    public required Guid Id { get; init; }

    public Guid UserId { get; init; }

    public required string Gateway { get; init; }

    public required string Currency { get; init; }

    /// <summary>The gateway's name of the asking.</summary>
    public string? SetupRef { get; set; }

    /// <summary>By which the gateway knows it; null until the person has agreed, and once it was removed.</summary>
    public string? Token { get; set; }

    public string? Label { get; set; }

    public DateTimeOffset MadeAt { get; init; }

    public DateTimeOffset? RemovedAt { get; set; }
}

/// <summary>A person's word that the wallet is topped up by itself where it falls below a sum; one a currency (C-14).</summary>
internal sealed class AutomaticTopUp
{
    public required Guid Id { get; init; }

    public Guid UserId { get; init; }

    public required string Currency { get; init; }

    public Guid MethodId { get; set; }

    /// <summary>Where less than this can be spent it is topped up, minor units.</summary>
    public long Below { get; set; }

    /// <summary>By how much, minor units.</summary>
    public long Amount { get; set; }

    /// <summary>The most in a month, minor units.</summary>
    public long MonthlyCap { get; set; }

    public bool IsOn { get; set; }

    /// <summary>How many charges in a row were declined.</summary>
    public int Failures { get; set; }

    /// <summary>Why it went off by itself: <c>declined</c>, or the code of a refusal; null where its person did it, or where it is on.</summary>
    public string? OffBy { get; set; }

    /// <summary>Not before this: after a charge that was declined it waits.</summary>
    public DateTimeOffset NextAt { get; set; }

    public DateTimeOffset ChangedAt { get; set; }

    public Money MoneyOf(long minor) => new(minor, Kernel.Currency.Of(Currency));

    public static Guid IdOf(Guid user, string currency) => Ids.Derive("fairground/automatic-top-up/v1", user.ToString("N"), currency);
}

/// <summary>One charge of it. It counts towards its month from before the gateway is asked.</summary>
internal sealed class AutomaticCharge
{
    public const string UnderWay = "under_way";

    public required Guid Id { get; init; }

    public Guid SettingId { get; init; }

    public Guid UserId { get; init; }

    public Guid MethodId { get; init; }

    /// <summary>Twelve times the year, and the month.</summary>
    public int Month { get; init; }

    public long Amount { get; init; }

    public DateTimeOffset At { get; init; }

    /// <summary>The payment, once it was begun.</summary>
    public Guid? PaymentId { get; set; }

    /// <summary><c>under_way</c>, <c>done</c> or <c>failed</c>.</summary>
    public required string State { get; set; }

    public string? Reason { get; set; }
}
