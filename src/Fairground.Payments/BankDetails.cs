namespace Fairground.Payments;

/// <summary>How an account is written, which decides what of it can be checked and how a bank file names it.</summary>
internal enum AccountKind
{
    /// <summary>ISO 13616, with its two check digits; the bank by its BIC.</summary>
    Iban = 0,

    /// <summary>Twenty digits with a key over the bank's BIK (Russia).</summary>
    Bik = 1,

    /// <summary>Any other; the bank by its BIC.</summary>
    Other = 2,
}

/// <summary>Where an organisation is paid to. Never changed: new details are a new row that holds from a later moment, and the old one holds until then.</summary>
/// <param name="Holder">Whose account it is, as the bank writes it.</param>
/// <param name="BankId">The bank's BIC, or its BIK.</param>
/// <param name="ValidFrom">From when on payouts go there.</param>
/// <param name="WithdrawnAt">When an owner took it back before it held, or null.</param>
internal sealed record BankDetails(
    Guid Id, Guid OrganisationId, string Currency, AccountKind Kind, string Holder, string AccountNumber, string BankId, DateTimeOffset MadeAt, Guid MadeBy, DateTimeOffset ValidFrom)
{
    public DateTimeOffset? WithdrawnAt { get; set; }

    /// <summary>The first four and last four characters: enough to know it again.</summary>
    public string Masked => AccountNumber.Length <= 8 ? $"…{AccountNumber[^Math.Min(4, AccountNumber.Length)..]}" : $"{AccountNumber[..4]} … {AccountNumber[^4..]}";

    /// <summary>Of one organisation and currency, the details that hold at this moment: the newest that has begun. Pure.</summary>
    public static BankDetails? InEffect(IEnumerable<BankDetails> all, DateTimeOffset now) =>
        all.Where(d => d.WithdrawnAt is null && d.ValidFrom <= now).OrderBy(d => d.ValidFrom).ThenBy(d => d.Id).LastOrDefault();

    /// <summary>The details that will hold later, or null. Pure.</summary>
    public static BankDetails? Waiting(IEnumerable<BankDetails> all, DateTimeOffset now) =>
        all.Where(d => d.WithdrawnAt is null && d.ValidFrom > now).OrderBy(d => d.ValidFrom).ThenBy(d => d.Id).LastOrDefault();
}
