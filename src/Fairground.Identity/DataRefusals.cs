using Fairground.Kernel;

namespace Fairground.Identity;

/// <summary>Why Identity says no where people's data is concerned.</summary>
public static class DataRefusals
{
    public static readonly RefusalKind ExportCapped = new("people.export_capped", 429, "Your data was fetched five times within a day. Wait until tomorrow.", IsTransient: true);
    public static readonly RefusalKind NumberConsent = new("consent.number_needed", 422, "Tick that we may use your mobile number, or give an e-mail address instead.");
    public static readonly RefusalKind NumberInUse = new("consent.number_in_use", 409, "Your account is reached at a mobile number. Change your contact to an e-mail address first.");
    public static readonly RefusalKind ConsentUnknown = new("consent.unknown", 422, "There is no such consent.");
    public static readonly RefusalKind Joined = new("people.joined", 403, "This account was joined with another of yours. Sign in with that one.");
    public static readonly RefusalKind AlreadyJoined = new("people.already_joined", 409, "One of these accounts was joined with another before. Use the account that it was joined to.");
    public static readonly RefusalKind JoinSame = new("people.join_same", 422, "An account cannot be joined with itself.");
    public static readonly RefusalKind ErasureWaiting = new("people.erasure_waiting", 409, "Your account waits to be erased already. You can take that back.");
    public static readonly RefusalKind ErasureUnconfirmed = new("people.erasure_unconfirmed", 422, "Tick that you understand: nothing brings an erased account back.");
    public static readonly RefusalKind ErasureNotFound = new("people.erasure_not_found", 404, "Nothing waits: your account is not to be erased.");
}
