namespace Fairground.Payments.MatchGatewayLines;

/// <summary>Why a line of a report waits for a person. Part of the contract: only add.</summary>
internal static class WaitReasons
{
    /// <summary>No payment of this market has the name.</summary>
    public const string Unknown = "unknown";

    /// <summary>The payment is of another amount.</summary>
    public const string Amount = "amount";

    /// <summary>The payment is in another currency.</summary>
    public const string Currency = "currency";

    /// <summary>The company reports money of a payment that it does not confirm when it is asked.</summary>
    public const string NotTaken = "not_taken";

    /// <summary>Another line has brought this payment already.</summary>
    public const string Twice = "twice";

    /// <summary>The company reports money back that it does not confirm when it is asked.</summary>
    public const string NotReturned = "not_returned";

    /// <summary>Neither payment, refund, fee nor payout.</summary>
    public const string Other = "other";

    /// <summary>What it means, in the reader's language.</summary>
    public static string Text(string reason) => reason switch
    {
        Unknown => T["No payment of this market has this name."],
        Amount => T["The payment here is of another amount."],
        Currency => T["The payment here is in another currency."],
        NotTaken => T["The company does not confirm this payment when it is asked."],
        Twice => T["Another line has brought this payment already."],
        NotReturned => T["The company does not confirm that money went back."],
        Other => T["Neither payment, refund, fee nor payout: say what it is."],
        _ => reason,
    };
}
