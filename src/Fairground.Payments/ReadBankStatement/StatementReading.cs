using Fairground.Kernel;

namespace Fairground.Payments.ReadBankStatement;

/// <summary>A line as a file says it.</summary>
/// <param name="ReturnReason">Why a transfer came back, where the file says that it did.</param>
internal sealed record ReadLine(
    DateOnly BookedOn, BankDirection Direction, Money Amount, string Counterparty, string CounterpartyAccount, string Purpose, string Reference, string BankReference, string? ReturnReason);

/// <summary>What was read from a statement file.</summary>
/// <param name="Account">The operator's own account that it is about; a file may be about several.</param>
internal sealed record ReadStatementLine(string Account, ReadLine Line);

/// <summary>Why a statement file is not taken.</summary>
internal static class BankRefusals
{
    public static readonly RefusalKind Unreadable = new("bank.statement_unreadable", 422, "This is neither a CAMT.053 file nor a 1C exchange file, or it is damaged.");
    public static readonly RefusalKind TooLarge = new("bank.statement_too_large", 413, "A statement file has at most 32 MB and 100,000 lines.");
    public static readonly RefusalKind AccountUnknown = new("bank.statement_account_unknown", 422, "This statement is of an account that is none of the market's.");
    public static readonly RefusalKind LineNotFound = new("bank.line_not_found", 404, "There is no such line.");
    public static readonly RefusalKind LineSettled = new("bank.line_settled", 409, "This line is settled already.");
    public static readonly RefusalKind LineOutgoing = new("bank.line_outgoing", 409, "This money left the account. Only what came in can be credited.");
    public static readonly RefusalKind PersonUnknown = new("bank.person_unknown", 422, "Nobody is reached at this contact.");
    public static readonly RefusalKind NoAccount = new("bank.no_account", 404, "The market takes no bank transfers in this currency.");
    public static readonly RefusalKind FeeInvalid = new("bank.fee_invalid", 422, "A fee is an amount of zero or more in the currency of the line.");
    public static readonly RefusalKind TillOwesLess = new("bank.till_owes_less", 422, "The till of this shop does not have that much cash for the operator in this currency.");
    public static readonly RefusalKind FeeReported = new("bank.fee_reported", 409, "The fees of this company are taken from its reports. Leave the fee empty here.");
    public static readonly RefusalKind GatewayUnknown = new("bank.gateway_unknown", 422, "No gateway of this name owes the market that much in this currency.");
}

/// <summary>A file that cannot be read, with a refusal for whoever sent it.</summary>
internal sealed class UnreadableStatementException(RefusalKind why) : Exception(why.Code)
{
    public RefusalKind Why => why;
}
