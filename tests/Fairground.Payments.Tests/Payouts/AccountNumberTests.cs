using Fairground.Payments.ChangeBankDetails;
using Fairground.Payments.MakePayouts;
using Xunit;

namespace Fairground.Payments.Tests.Payouts;

/// <summary>Account numbers, references, schedules: rules without a server.</summary>
public sealed class AccountNumberTests
{
    // IBANs as their countries publish them as examples; the last ones are made wrong.
    [Theory]
    [InlineData("GB82 WEST 1234 5698 7654 32", "", "Iban", null)]
    [InlineData("de89 3704 0044 0532 0130 00", "COBADEFF", "Iban", null)]
    [InlineData("KZ86125KZT5004100100", "HSBKKZKX", "Iban", null)]
    [InlineData("FR14 2004 1010 0505 0001 3M02 606", "", "Iban", null)]
    [InlineData("NO93-8601-1117-947", "", "Iban", null)]
    [InlineData("MT84MALT011000012345MTLCAST001S", "MALTMTMTXXX", "Iban", null)]
    [InlineData("40702810738000063426", "044525225", "Bik", null)]
    [InlineData("110-234-567890", "KODBKRSE", "Other", null)]
    [InlineData("GB82WEST12345698765433", "", null, "bank.account_checksum")]
    [InlineData("KZ86125KZT5004100101", "", null, "bank.account_checksum")]
    [InlineData("KZ86125KZT500410010", "", null, "bank.account_invalid")]
    [InlineData("ZZ86125KZT5004100100", "", null, "bank.account_invalid")]
    [InlineData("40702810838000063426", "044525225", null, "bank.account_checksum")]
    [InlineData("110234567890", "", null, "bank.bank_invalid")]
    [InlineData("110234567890", "KODBKRS", null, "bank.bank_invalid")]
    [InlineData("KZ86125KZT5004100100", "HSBK1ZKX", null, "bank.bank_invalid")]
    [InlineData("KZ86125KZT50041001ж0", "", null, "bank.account_invalid")]
    [InlineData("", "", null, "bank.account_invalid")]
    public void An_account_number_is_taken_where_its_form_and_check_digits_are_right(string number, string bank, string? kind, string? refusal)
    {
        var read = AccountNumber.Read(number, bank);
        Assert.Equal((kind, refusal), (read.Refused ? null : read.Value.Kind.ToString(), read.Refusal?.Code));
    }

    [Fact]
    public void A_single_wrong_digit_of_an_iban_is_always_found()
    {
        const string Good = "DE89370400440532013000";
        for (var at = 2; at < Good.Length; at++)
        {
            for (var digit = '0'; digit <= '9'; digit++)
            {
                if (digit == Good[at]) continue;
                Assert.Equal("bank.account_checksum", AccountNumber.Read($"{Good[..at]}{digit}{Good[(at + 1)..]}", null).Refusal?.Code);
            }
        }
    }

    [Fact]
    public void A_reference_is_found_in_what_a_person_typed_and_nothing_else_is()
    {
        var mine = BankReference.Of(BankReference.TopUp, new Guid("0193b5a0-0000-7000-8000-000000000001"));
        Assert.Equal((16, true, '1'), (mine.Length, BankReference.IsValid(mine), mine[4]));
        // The example of ISO 11649: the same arithmetic, another length.
        Assert.Equal(1, BankReference.Mod97("539007547034RF18"));
        var other = BankReference.Of(BankReference.Payout, new Guid("0193b5a0-0000-7000-8000-000000000002"));
        Assert.Equal([mine], BankReference.FindAll($"Пополнение {BankReference.Spaced(mine)} за ноябрь"));
        Assert.Equal([mine, other], BankReference.FindAll($"{mine.ToLowerInvariant()}/{other}; {mine}"));
        var broken = $"{mine[..15]}{(mine[15] == '9' ? '0' : mine[15] + 1 - '0')}";
        Assert.Empty(BankReference.FindAll($"{broken} RF RF00 {mine[..15]}"));
        Assert.Empty(BankReference.FindAll(null));
    }

    [Theory]
    [InlineData("Daily", "2026-11-22T05:59", "2026-11-22T06:00")]
    [InlineData("Daily", "2026-11-22T06:00", "2026-11-23T06:00")]
    [InlineData("Weekly", "2026-11-22T09:00", "2026-11-23T06:00")]
    [InlineData("Weekly", "2026-11-23T05:00", "2026-11-23T06:00")]
    [InlineData("Weekly", "2026-11-23T06:00", "2026-11-30T06:00")]
    [InlineData("Monthly", "2026-11-22T09:00", "2026-12-01T06:00")]
    [InlineData("Monthly", "2026-12-01T05:00", "2026-12-01T06:00")]
    [InlineData("Monthly", "2026-12-01T06:00", "2027-01-01T06:00")]
    [InlineData("Monthly", "2026-12-31T07:00", "2027-01-01T06:00")]
    [InlineData("ByHand", "2026-11-22T09:00", null)]
    public void A_schedule_names_its_next_day(string schedule, string after, string? next) =>
        Assert.Equal(next is null ? null : At(next), Enum.Parse<PayoutSchedule>(schedule).Next(At(after), 6));

    [Theory]
    [InlineData(1_000, 0, 1, 0, 1_000)]
    [InlineData(1_000, 300, 1, 300, 700)]
    [InlineData(1_000, 1_000, 1, 1_000, 0)]
    [InlineData(1_000, 5_000, 1, 1_000, 0)]
    [InlineData(1_000, 300, 701, 300, 0)]
    [InlineData(1_000, 300, 700, 300, 700)]
    [InlineData(0, 300, 1, 0, 0)]
    [InlineData(-50, 300, 1, 0, 0)]
    public void A_debt_is_paid_back_before_anything_is_paid_out(long available, long debt, long least, long recovered, long amount) =>
        Assert.Equal((recovered, amount), MakePayoutRule.Divide(available, debt, least));

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse($"{text}:00Z", System.Globalization.CultureInfo.InvariantCulture);
}
