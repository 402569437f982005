using Fairground.Kernel;

namespace Fairground.Payments;

/// <summary>Why nothing is paid out, or bank details are not taken.</summary>
internal static class PayoutRefusals
{
    public static readonly RefusalKind NotChecked = new("payout.not_checked", 409, "The operator has not checked this organisation yet. Until then its money stays in its balance.");
    public static readonly RefusalKind CheckRefused = new("payout.check_refused", 409, "The operator refused to pay this organisation after looking into it. The reason stands on its page.");
    public static readonly RefusalKind NoBankDetails = new("payout.no_bank_details", 409, "There are no bank details for this currency that hold at this moment.");
    public static readonly RefusalKind BelowMinimum = new("payout.below_minimum", 409, "There is less in the balance than the least amount that is paid out.");
    public static readonly RefusalKind NoPayer = new("payout.no_payer_account", 409, "The operator has named no bank account in this currency to pay from.");
    public static readonly RefusalKind NotFound = new("payout.not_found", 404, "There is no such payout.");
    public static readonly RefusalKind Ended = new("payout.ended", 409, "This payout has ended already, and differently.");
    public static readonly RefusalKind ReasonMissing = new("payout.reason_missing", 422, "Say why: the organisation reads it.");
    public static readonly RefusalKind RunUnderWay = new("payout.run_under_way", 409, "A payout run is under way. There is one at a time.", IsTransient: true);
    public static readonly RefusalKind FileNotFound = new("payout.file_not_found", 404, "There is no such bank file.");
    public static readonly RefusalKind CheckUnknown = new("payout.check_unknown", 422, "A check ends with checked, refused or not_checked.");
    public static readonly RefusalKind FileEmpty = new("payout.file_empty", 409, "Every payout of this file came back before it was taken, so there is nothing to give to the bank.");
    public static readonly RefusalKind ScheduleUnknown = new("payout.schedule_unknown", 422, "A schedule is daily, weekly, monthly or by_hand.");
    public static readonly RefusalKind MinimumInvalid = new("payout.minimum_invalid", 422, "A minimum is an amount of zero or more.");
    public static readonly RefusalKind ChargeInvalid = new("payout.charge_invalid", 422, "A charge is an amount above zero, with a reason.");

    public static readonly RefusalKind AccountInvalid = new("bank.account_invalid", 422, "This is no account number: an IBAN, twenty digits with a BIK, or up to 34 letters and digits.");
    public static readonly RefusalKind AccountChecksum = new("bank.account_checksum", 422, "The check digits of this account number are wrong. Look at each digit again.");
    public static readonly RefusalKind BankInvalid = new("bank.bank_invalid", 422, "The bank is named by its BIC of 8 or 11 letters and digits, or by its BIK of nine digits.");
    public static readonly RefusalKind HolderInvalid = new("bank.holder_invalid", 422, "Write whose account it is, as the bank does, in 2 to 70 characters.");
    public static readonly RefusalKind DetailsUnchanged = new("bank.details_unchanged", 409, "These bank details are the ones that are there already.");
    public static readonly RefusalKind DetailsNotFound = new("bank.details_not_found", 404, "There are no such bank details of this organisation.");
    public static readonly RefusalKind DetailsHold = new("bank.details_hold", 409, "These bank details hold already and cannot be taken back. Write new ones.");
}
