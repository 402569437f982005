using Fairground.Kernel.Contracts;
using Fairground.Testing;
using Xunit;

namespace Fairground.Identity.Tests;

[Requirement("C-01")]
public sealed class ContactTests
{
    [Theory]
    [InlineData("Aigul@Example.COM", "aigul@example.com")]
    [InlineData("  a.b+c@mail.example.kz ", "a.b+c@mail.example.kz")]
    [InlineData("+7@example.com", "+7@example.com")]
    [InlineData("o'neil@example.ie", "o'neil@example.ie")]
    [InlineData("a@почта.рф", "a@xn--80a1acny.xn--p1ai")]
    [InlineData("a@xn--80a1acny.xn--p1ai", "a@xn--80a1acny.xn--p1ai")]
    public void An_address_is_kept_in_lower_case(string given, string kept) => Keeps(given, kept, ContactChannel.Email);

    [Theory]
    [InlineData("+77771234567", "+77771234567")]
    [InlineData("+7 777 123 45 67", "+77771234567")]
    [InlineData("+7 (777) 123-45-67", "+77771234567")]
    [InlineData("8 777 123 45 67", "+77771234567")]
    [InlineData("8(495)123-45-67", "+74951234567")]
    [InlineData("7 777 123 45 67", "+77771234567")]
    [InlineData("+82 10-1234-5678", "+821012345678")]
    [InlineData("0082 10 1234 5678", "+821012345678")]
    [InlineData("+86 138 0013 8000", "+8613800138000")]
    [InlineData("+1.202.555.0123", "+12025550123")]
    [InlineData("+7\u00a0777\u00a0123\u201345\u201367", "+77771234567")]
    public void A_number_is_kept_as_E164(string given, string kept) => Keeps(given, kept, ContactChannel.Sms);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("aigul")]
    [InlineData("@example.com")]
    [InlineData("aigul@")]
    [InlineData("aigul@example")]
    [InlineData("a@b@example.com")]
    [InlineData("a b@example.com")]
    [InlineData(".a@example.com")]
    [InlineData("a..b@example.com")]
    [InlineData("a@example..com")]
    [InlineData("a@-example.com")]
    [InlineData("a@10.0.0.1")]
    [InlineData("а@example.com")]
    [InlineData("a@example.com\r\nBcc: b@example.com")]
    [InlineData("777 123 45 67")]
    [InlineData("+7777123456")]
    [InlineData("+777712345678")]
    [InlineData("+0123456789")]
    [InlineData("+1234567")]
    [InlineData("+1234567890123456")]
    [InlineData("+7 777 123 45 6x")]
    [InlineData("+7 777 ١٢٣ 45 67")]
    [InlineData("12345678901")]
    [InlineData("+999123456789")]
    [InlineData("+7 809 123 45 67")]
    [InlineData("+77991234567x")]
    [InlineData("+1 900 234 5678")]
    public void What_is_neither_is_no_contact(string? given) => Assert.False(Contact.TryParse(given, out _));

    [Fact]
    public void Every_territory_s_mobile_numbers_are_reached_and_its_dear_ones_are_not()
    {
        var (mobile, dear, wrong) = (0, 0, new List<string>());
        using var reader = new StreamReader(typeof(ContactTests).Assembly.GetManifestResourceStream("phone-numbers.tsv")!);
        foreach (var row in reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(r => r[0] != '#').Select(r => r.Split('\t')))
        {
            var (isMobile, number) = (row[1] == "mobile", row[2]);
            if (isMobile) mobile++;
            else dear++;
            var usable = Contact.TryParse(number, out var contact);
            if (usable != isMobile || (usable && contact.Value != number)) wrong.Add(string.Join(' ', row));
            // However it is grouped, it is the same number.
            if (isMobile && !(Contact.TryParse($"00{number[1..3]} ({number[3..5]}) {number[5..]}", out var spaced) && spaced.Value == number)) wrong.Add($"{number} with spaces");
        }
        Assert.Empty(wrong);
        Assert.True(mobile > 200 && dear > 100, $"{mobile} mobile and {dear} premium numbers");
    }

    [Theory]
    [InlineData("/", "/")]
    [InlineData("/account?x=1#y", "/account?x=1#y")]
    [InlineData(null, "/home")]
    [InlineData("", "/home")]
    [InlineData("//evil.example", "/home")]
    [InlineData("/\\evil.example", "/home")]
    [InlineData("https://evil.example/", "/home")]
    [InlineData("/\t/evil.example", "/home")]
    [InlineData("javascript:alert(1)", "/home")]
    [InlineData("/sign-out", "/home")]
    public void One_comes_back_to_this_site_only(string? given, string goes) => Assert.Equal(goes, LocalAddress.Or(given, "/home"));

    private static void Keeps(string given, string kept, ContactChannel channel)
    {
        Assert.True(Contact.TryParse(given, out var contact));
        Assert.Equal((kept, channel), (contact.Value, contact.Channel));
        // What was kept once is kept the same again.
        Assert.True(Contact.TryParse(contact.Value, out var again));
        Assert.Equal(contact, again);
    }
}
