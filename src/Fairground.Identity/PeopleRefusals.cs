using Fairground.Kernel;

namespace Fairground.Identity;

/// <summary>Why Identity says no.</summary>
public static class PeopleRefusals
{
    public static readonly RefusalKind ContactInvalid = new("people.contact_invalid", 422, "Give an e-mail address, or a mobile number with its country code.");
    public static readonly RefusalKind NameInvalid = new("people.name_invalid", 422, "Give a name of 1 to 80 characters.");
    public static readonly RefusalKind LanguageUnknown = new("people.language_unknown", 422, "We do not speak this language. Choose one of those on the page.");
    public static readonly RefusalKind RegistrationNotFound = new("people.registration_not_found", 404, "This registration is not known. Start again.");
    public static readonly RefusalKind CodeWrong = new("people.code_wrong", 422, "This is not the code that we sent.");
    public static readonly RefusalKind CodeExpired = new("people.code_expired", 422, "This code is too old, was used, or was tried too often. Ask for a new one.");
    public static readonly RefusalKind CodesCapped = new("people.codes_capped", 429, "Too many codes were asked for. Wait before you ask again.", IsTransient: true);
    public static readonly RefusalKind CodeNotFound = new("people.code_not_found", 404, "This step is not known. Start again.");
    public static readonly RefusalKind GuessesCapped = new("people.guesses_capped", 429, "Too many wrong codes for this account today. Sign in another way, or wait until tomorrow.", IsTransient: true);
    public static readonly RefusalKind CodesPaused = new("people.codes_paused", 503, "Somebody is guessing codes on many accounts, so codes do not open accounts for some minutes. Passwords and passkeys do.", IsTransient: true);
    public static readonly RefusalKind SmsCountry = new("people.sms_country", 422, "Codes by SMS do not go to this country. Use an e-mail address.");
    public static readonly RefusalKind SmsPaused = new("people.sms_paused", 503, "No more codes leave by SMS today. Use an e-mail address, a password or a passkey, or try again tomorrow.", IsTransient: true);
    public static readonly RefusalKind SecondFactorNeeded = new("people.second_factor_needed", 401, "This account has a second step: give the code of your authenticator, or a recovery code.");
    public static readonly RefusalKind SecondFactorWrong = new("people.second_factor_wrong", 401, "This is not the code that your authenticator shows now, nor a recovery code that is left.");
    public static readonly RefusalKind NumberStale = new("people.number_stale", 403, "This number proved itself here too long ago, and numbers change hands. Sign in with your password or a passkey, or register anew if the account is not yours.");
    public static readonly RefusalKind AuthenticatorOn = new("people.authenticator_on", 409, "This account has an authenticator already. Take it off first.");
    public static readonly RefusalKind AuthenticatorOff = new("people.authenticator_off", 409, "This account has no authenticator.");
    public static readonly RefusalKind PasskeyRefused = new("people.passkey_refused", 401, "This passkey could not be checked. Try again, or sign in another way.");
    public static readonly RefusalKind PasskeyNotFound = new("people.passkey_not_found", 404, "There is no such passkey on this account.");
    public static readonly RefusalKind PasskeysCapped = new("people.passkeys_capped", 409, "An account has at most 20 passkeys. Take one off first.");
    public static readonly RefusalKind SessionNotFound = new("people.session_not_found", 404, "There is no such session of yours, or it has ended.");
    public static readonly RefusalKind DeviceNotFound = new("people.device_not_found", 404, "There is no such remembered device of yours.");
    public static readonly RefusalKind ContactSame = new("people.contact_same", 422, "This is your contact already.");
    public static readonly RefusalKind ChangePending = new("people.change_pending", 409, "A change of your contact is under way. Cancel it first.");
    public static readonly RefusalKind ChangeNotFound = new("people.change_not_found", 404, "There is no change of contact under way.");
    public static readonly RefusalKind KeyScopeUnknown = new("people.key_scope_unknown", 422, "There is no such scope. The call GET permissions lists them.");
    public static readonly RefusalKind KeyLifeInvalid = new("people.key_life_invalid", 422, "A key lives 1 to 3650 days, or until it is revoked.");
    public static readonly RefusalKind KeysCapped = new("people.keys_capped", 409, "A shop has at most 50 living keys. Revoke one first.");
    public static readonly RefusalKind KeyNotFound = new("people.key_not_found", 404, "The shop has no such living key.");
    public static readonly RefusalKind AlreadyRegistered = new("people.already_registered", 409, "This contact has an account already. Sign in.");
    public static readonly RefusalKind PasswordWeak = new("people.password_weak", 422, "Choose a password of at least 8 characters that is not on every list of common passwords.");
    public static readonly RefusalKind SignInFailed = new("people.sign_in_failed", 401, "The contact or the password is not right.");
    public static readonly RefusalKind LockedOut = new("people.locked_out", 429, "Too many wrong passwords. Wait five minutes and try again, or sign in with a code or a passkey.", IsTransient: true);
    public static readonly RefusalKind Blocked = new("people.blocked", 403, "This account is blocked. Write to the operator.");
    public static readonly RefusalKind RefreshInvalid = new("people.refresh_invalid", 401, "This session is over. Sign in again.");
    public static readonly RefusalKind RefreshReused = new("people.refresh_reused", 401, "This refresh token was used before, so the session was ended. Sign in again.");
    public static readonly RefusalKind ShopNotFound = new("people.shop_not_found", 404, "There is no such shop.");
    public static readonly RefusalKind SetupClosed = new("people.setup_closed", 409, "This server has its first operator already.");
    public static readonly RefusalKind SetupTokenWrong = new("people.setup_token_wrong", 403, "This is not the setup token that the server printed at start.");
}
