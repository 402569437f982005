using Fairground.Kernel;

namespace Fairground.Identity;

/// <summary>Why Identity says no where applications sign people in, or other providers do.</summary>
public static class SignInRefusals
{
    public static readonly RefusalKind ApplicationNotFound = new("application.not_found", 404, "The organisation has no such application.");
    public static readonly RefusalKind KindInvalid = new("application.kind_invalid", 422, "An application is web (with a secret), device (without one) or service (without a person).");
    public static readonly RefusalKind NameInvalid = new("application.name_invalid", 422, "Give the application a name of 1 to 60 characters. People see it when they are asked.");
    public static readonly RefusalKind RedirectInvalid = new("application.redirect_invalid", 422, "An address to come back to is https, or http on the own machine, or for a device a scheme of its own such as com.example.app:/back; whole, without * and #. One to ten of them.");
    public static readonly RefusalKind ScopeInvalid = new("application.scope_invalid", 422, "There is no such scope: profile, email, phone, and those that GET permissions lists. A service acts for a shop.");
    public static readonly RefusalKind HasNoSecret = new("application.has_no_secret", 409, "This application runs on people's devices and has no secret to keep.");
    public static readonly RefusalKind Capped = new("application.capped", 409, "An organisation has at most 50 applications. Remove one first.");
    public static readonly RefusalKind AllowanceNotFound = new("application.allowance_not_found", 404, "You have not allowed this application anything, or took it back already.");
    public static readonly RefusalKind OutsideOff = new("outside.off", 404, "This market takes no sign-in from another provider.");
    public static readonly RefusalKind OutsideFailed = new("outside.failed", 422, "The other provider did not say who you are. Try again, or sign in another way.");
    public static readonly RefusalKind OutsideExpired = new("outside.expired", 422, "This took too long. Start again.");
    public static readonly RefusalKind OutsideTaken = new("outside.taken", 409, "That account is connected to somebody else's here.");
    public static readonly RefusalKind OutsideNotFound = new("outside.not_found", 404, "Your account is not connected to it.");
}
