using Fairground.Identity.ChangeContact;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Languages;
using Fairground.Ui.Wording;
using Xunit;

namespace Fairground.Identity.Tests;

/// <summary>What people are told about their accounts, with every placeholder filled.</summary>
public sealed class LetterTests
{
    private const string Code = "493817";

    private static IReadOnlyList<Wording> All =>
    [
        IdentityLetters.RegistrationCode(Code), IdentityLetters.RegistrationCodeAnew(Code), IdentityLetters.RegisteredAlready(), IdentityLetters.SignInCode(Code), IdentityLetters.SignInCode(null), IdentityLetters.RecoveryCode(Code),
        IdentityLetters.RecoveryCode(null), IdentityLetters.OwnContactCode(Code), IdentityLetters.NewContactCode(Code), IdentityLetters.ContactChanging(DateTimeOffset.UnixEpoch, "token"), IdentityLetters.ContactChangeEnded(ChangeOutcome.Done),
        IdentityLetters.ContactChangeEnded(ChangeOutcome.Taken), IdentityLetters.ContactCorrectedFrom(), IdentityLetters.ContactCorrectedTo(), IdentityLetters.PasswordChanged(), IdentityLetters.PasswordRecovered(),
        IdentityLetters.AuthenticatorAdded(), IdentityLetters.AuthenticatorRemoved(), IdentityLetters.PasskeyAdded("Phone"), IdentityLetters.PasskeyRemoved(), IdentityLetters.OutsideConnected("Example ID"),
        IdentityLetters.KeyMade("Warehouse", "Kettles"), IdentityLetters.Invited(ShopRole.Owner, "Kettles"), IdentityLetters.InvitationAccepted("Dana", ShopRole.Staff, "Kettles"), IdentityLetters.RoleChanged(ShopRole.Staff, "Kettles"),
        IdentityLetters.ErasureWaiting(DateTimeOffset.UnixEpoch), IdentityLetters.ErasureStopped("There is money in your wallet."), IdentityLetters.AccountsJoined("a…@example.com", "+77…02"), IdentityLetters.JoiningCode(Code),
        IdentityLetters.OwnershipHandedOver(received: true, "Kettles"), IdentityLetters.OwnershipHandedOver(received: false, "Kettles"),
    ];

    private static IReadOnlyDictionary<string, MessageTemplate> Templates => MessageTemplates.Of(typeof(IdentityModule).Assembly).All;

    [Fact]
    public void Every_template_is_filled_by_its_sender_in_every_language()
    {
        foreach (var words in All)
        {
            foreach (var language in Language.All) Assert.NotEmpty(Templates[words.Template].Write(words.Values, language, TimeZoneInfo.Utc).Text);
        }
        Assert.Equal(Templates.Keys.Order(), All.Select(w => w.Template).Order());
    }

    // One SMS: 160 signs of GSM-7, or 70 where the language needs other letters.
    [Fact]
    public void A_code_by_SMS_is_one_SMS_in_every_language()
    {
        var codes = All.Where(w => w.Values.ContainsKey("code") && w.Template != "identity.code_registration_anew").ToList();
        Assert.Equal(6, codes.Count);
        Assert.All(codes, words => Assert.All(Language.All, language =>
        {
            var sms = Templates[words.Template].Write(words.Values, language, TimeZoneInfo.Utc).Short!;
            Assert.Contains(Code, sms, StringComparison.Ordinal);
            Assert.InRange(sms.Length, Code.Length, sms.All(char.IsAscii) ? 160 : 70);
        }));
    }
}
