using Fairground.Kernel;

namespace Fairground.Identity;

/// <summary>Why Identity says no.</summary>
public static class PeopleRefusals
{
    public static readonly RefusalKind ContactInvalid = new("people.contact_invalid", 422, "Give an e-mail address, or a mobile number with its country code.");
    public static readonly RefusalKind NameInvalid = new("people.name_invalid", 422, "Give a name of 1 to 80 characters.");
    public static readonly RefusalKind RegistrationNotFound = new("people.registration_not_found", 404, "This registration is not known. Start again.");
    public static readonly RefusalKind CodeWrong = new("people.code_wrong", 422, "This is not the code that we sent.");
    public static readonly RefusalKind CodeExpired = new("people.code_expired", 422, "This code is too old, was used, or was tried too often. Ask for a new one.");
    public static readonly RefusalKind CodesCapped = new("people.codes_capped", 429, "Too many codes were asked for. Wait before you ask again.", IsTransient: true);
    public static readonly RefusalKind AlreadyRegistered = new("people.already_registered", 409, "This contact has an account already. Sign in.");
    public static readonly RefusalKind PasswordWeak = new("people.password_weak", 422, "Choose a password of at least 8 characters that is not on every list of common passwords.");
    public static readonly RefusalKind SignInFailed = new("people.sign_in_failed", 401, "The contact or the password is not right.");
    public static readonly RefusalKind LockedOut = new("people.locked_out", 429, "Too many wrong passwords. Wait five minutes and try again.", IsTransient: true);
    public static readonly RefusalKind Blocked = new("people.blocked", 403, "This account is blocked. Write to the operator.");
    public static readonly RefusalKind RefreshInvalid = new("people.refresh_invalid", 401, "This session is over. Sign in again.");
    public static readonly RefusalKind RefreshReused = new("people.refresh_reused", 401, "This refresh token was used before, so the session was ended. Sign in again.");
    public static readonly RefusalKind RoleInvalid = new("people.role_invalid", 422, "A role at a shop is staff or owner.");
    public static readonly RefusalKind ShopNotFound = new("people.shop_not_found", 404, "There is no such shop.");
    public static readonly RefusalKind StaffNotFound = new("people.staff_not_found", 404, "This person does not work for the shop.");
    public static readonly RefusalKind LastOwner = new("people.last_owner", 409, "A shop keeps at least one owner. Name another owner first.");
    public static readonly RefusalKind SetupClosed = new("people.setup_closed", 409, "This server has its first operator already.");
    public static readonly RefusalKind SetupTokenWrong = new("people.setup_token_wrong", 403, "This is not the setup token that the server printed at start.");
}
