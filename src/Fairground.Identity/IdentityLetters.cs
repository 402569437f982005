using Fairground.Identity.ChangeContact;
using Fairground.Kernel.Contracts;

namespace Fairground.Identity;

/// <summary>What people are told about their accounts; the words stand in <c>Messages</c>.</summary>
internal static class IdentityLetters
{
    private const string Organisations = "/account/organisations";

    public static Wording RegistrationCode(string code) => new("identity.code_registration") { ["code"] = code };

    /// <summary>Whoever has the number now may not be who had it then: the code opens a new account, never the old one.</summary>
    public static Wording RegistrationCodeAnew(string code) => new("identity.code_registration_anew") { ["code"] = code };

    public static Wording RegisteredAlready() => new("identity.registered_already");

    /// <param name="code">Null for a stranger, who is told that there is no account.</param>
    public static Wording SignInCode(string? code) => code is null ? new("identity.no_account_sign_in") : new("identity.code_sign_in") { ["code"] = code };

    /// <param name="code">Null for a stranger, who is told that there is no account.</param>
    public static Wording RecoveryCode(string? code) => code is null ? new("identity.no_account_recovery") : new("identity.code_recovery") { ["code"] = code };

    public static Wording OwnContactCode(string? code) => new("identity.code_own_contact") { ["code"] = code ?? "" };

    public static Wording NewContactCode(string? code) => new("identity.code_new_contact") { ["code"] = code ?? "" };

    /// <param name="dueAt">When it changes.</param>
    /// <param name="token">What stops it.</param>
    public static Wording ContactChanging(DateTimeOffset dueAt, string token) => new("identity.contact_changing") { ["due_at"] = dueAt, ["page"] = $"/contact-change/stop?token={token}" };

    public static Wording ContactChangeEnded(ChangeOutcome outcome) => new(outcome == ChangeOutcome.Done ? "identity.contact_changed" : "identity.contact_not_changed");

    /// <summary>To the contact that an operator took off the account.</summary>
    public static Wording ContactCorrectedFrom() => new("identity.contact_corrected_old");

    /// <summary>To the contact that an operator put in its place.</summary>
    public static Wording ContactCorrectedTo() => new("identity.contact_corrected_new");

    private const string MyData = "/account/data";

    public static Wording ErasureWaiting(DateTimeOffset dueAt) => new("identity.erasure_waiting") { ["due_at"] = dueAt, ["page"] = MyData };

    /// <param name="why">What stands in the way, and what to do about it.</param>
    public static Wording ErasureStopped(string why) => new("identity.erasure_stopped") { ["why"] = why, ["page"] = MyData };

    /// <param name="from">The contact of the account that ended, cut short.</param>
    /// <param name="into">That of the account that stays.</param>
    public static Wording AccountsJoined(string from, string into) => new("identity.accounts_joined") { ["from"] = from, ["into"] = into };

    public static Wording JoiningCode(string? code) => new("identity.code_joining") { ["code"] = code ?? "" };

    public static Wording PasswordChanged() => new("identity.password_changed");

    public static Wording PasswordRecovered() => new("identity.password_recovered");

    public static Wording AuthenticatorAdded() => new("identity.authenticator_added");

    public static Wording AuthenticatorRemoved() => new("identity.authenticator_removed");

    public static Wording PasskeyAdded(string name) => new("identity.passkey_added") { ["name"] = name };

    public static Wording PasskeyRemoved() => new("identity.passkey_removed");

    public static Wording OutsideConnected(string provider) => new("identity.outside_connected") { ["provider"] = provider };

    public static Wording KeyMade(string name, string shop) => new("identity.key_made") { ["name"] = name, ["shop"] = shop };

    public static Wording Invited(ShopRole role, string organisation) => new("identity.invitation") { ["owner"] = role == ShopRole.Owner, ["organisation"] = organisation, ["page"] = Organisations };

    public static Wording InvitationAccepted(string person, ShopRole role, string organisation) =>
        new("identity.invitation_accepted") { ["person"] = person, ["owner"] = role == ShopRole.Owner, ["organisation"] = organisation };

    public static Wording RoleChanged(ShopRole role, string organisation) => new("identity.role_changed") { ["owner"] = role == ShopRole.Owner, ["organisation"] = organisation, ["page"] = Organisations };

    /// <param name="received">True to who is an owner now, false to who was.</param>
    /// <param name="organisation">Its name.</param>
    public static Wording OwnershipHandedOver(bool received, string organisation) =>
        new(received ? "identity.ownership_received" : "identity.ownership_given") { ["organisation"] = organisation, ["page"] = Organisations };
}
