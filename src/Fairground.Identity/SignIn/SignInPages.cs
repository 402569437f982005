using Fairground.Identity.CheckRequest;
using Fairground.Identity.EndSessions;
using Fairground.Identity.RememberDevices;
using Fairground.Identity.SendCodes;
using Fairground.Kernel;
using Fairground.Kernel.Http;
using Fairground.Ui;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Fairground.Identity.SignIn;

/// <summary>What the sign-in pages share.</summary>
internal static class SignInPages
{
    /// <summary>A query that carries the way back, where it is one of ours.</summary>
    public static string Query(string? returnUrl, params ReadOnlySpan<(string Name, string Value)> more)
    {
        var pairs = new List<string>();
        foreach (var (name, value) in more) pairs.Add($"{name}={Uri.EscapeDataString(value)}");
        if (LocalAddress.Or(returnUrl, "") is { Length: > 0 } back) pairs.Add($"returnUrl={Uri.EscapeDataString(back)}");
        return pairs.Count == 0 ? "" : "?" + string.Join('&', pairs);
    }
}

/// <summary>Gives the browser the session that just began, in place of whatever it had: a session that somebody planted there is worth nothing.</summary>
internal sealed class BrowserSignIn(BrowserCookie cookie, SessionEnder ender)
{
    public async Task Enter(HttpContext http, SignedInPerson person)
    {
        if (http.User.TryUserId() is not null) await ender.End(http.User.SessionId(), http.RequestAborted);
        cookie.Write(http, person.User, person.Session.Id);
        DeviceCookie.Write(http, person.DeviceToken);
        StepCookie.Remove(http);
    }
}

/// <summary>Carries the ticket of a second step from the first page to the second; never in an address.</summary>
internal static class StepCookie
{
    private const string Name = "fg_step";

    public static void Write(HttpContext http, Guid ticket) =>
        http.Response.Cookies.Append(Name, $"{ticket:n}", new CookieOptions { HttpOnly = true, IsEssential = true, SameSite = SameSiteMode.Strict, Secure = http.Request.IsHttps, Path = "/sign-in", MaxAge = OneTimeCode.Life });

    public static Guid? Read(HttpContext http) => Guid.TryParseExact(http.Request.Cookies[Name], "n", out var ticket) ? ticket : null;

    public static void Remove(HttpContext http) => http.Response.Cookies.Delete(Name, new CookieOptions { Path = "/sign-in" });

    /// <summary>True where the refusal asks for the second step: the ticket is put where its page finds it.</summary>
    public static bool Asks(HttpContext http, Refusal refusal)
    {
        if (refusal.Kind != PeopleRefusals.SecondFactorNeeded || refusal.Details.FirstOrDefault(d => d.Name == "ticket").Value is not Guid ticket) return false;
        Write(http, ticket);
        return true;
    }
}

/// <summary>Leaving, from the menu of any page.</summary>
internal static class SignOutPage
{
    public static void Map(IEndpointRouteBuilder root) => root.MapPost("/sign-out", Leave).WithAccess(Access.Public).DisableAntiforgery().ExcludeFromDescription();

    private static async Task<IResult> Leave(HttpContext http, SessionEnder ender, CancellationToken ct)
    {
        // Checked here, since a form without bound fields is not checked by the framework.
        if (!await http.RequestServices.GetRequiredService<IAntiforgery>().IsRequestValidAsync(http)) return Problems.Of(CommonRefusals.Malformed);
        if (http.User.TryUserId() is not null) await ender.End(http.User.SessionId(), ct);
        BrowserCookie.Remove(http);
        Flash.Set(http, FlashTone.Info, "You are signed out.");
        return TypedResults.LocalRedirect("/");
    }
}

/// <summary>Links for those who are outside, and to the account for those who are in.</summary>
internal sealed class PeopleNavigation : INavigation
{
    private static IReadOnlyList<NavItem> Outside =>
    [
        new(T["Sign in"], "/sign-in", NavSection.Account, 10) { Icon = "person" },
        new(T["Create account"], "/register", NavSection.Account, 20) { Icon = "plus" },
    ];

    private static IReadOnlyList<NavItem> Inside =>
    [
        new(T["Account"], "/account", NavSection.Account, 80) { Icon = "person" },
        new(T["Security"], "/account/security", NavSection.Account, 81) { Icon = "shield" },
        new(T["Organisations"], "/account/organisations", NavSection.Account, 82) { Icon = "shop" },
        new(T["My data"], "/account/data", NavSection.Account, 84) { Icon = "info" },
    ];

    private static IReadOnlyList<NavItem> Office =>
    [
        new(T["Organisations"], "/office/organisations", NavSection.Operator, 12) { Icon = "shop" },
        new(T["People"], "/office/people", NavSection.Operator, 14) { Icon = "person" },
        new(T["Audit"], "/office/audit", NavSection.Operator, 92) { Icon = "info" },
    ];

    public IReadOnlyList<NavItem> Items(HttpContext http) => http.User.TryUserId() is null ? Outside : http.User.IsOperator() ? [.. Inside, .. Office] : Inside;
}
