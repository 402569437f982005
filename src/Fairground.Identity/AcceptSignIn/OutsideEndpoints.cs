using Fairground.Identity.SignIn;
using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Routing;

namespace Fairground.Identity.AcceptSignIn;

/// <summary>The way to the other provider and back. Where there is none these lead to the sign-in page.</summary>
internal static class OutsideEndpoints
{
    public static void Map(IEndpointRouteBuilder root)
    {
        root.MapGet("/sign-in/outside", Go).WithAccess(Access.Public).ExcludeFromDescription();
        root.MapGet("/sign-in/outside/arrived", Arrive).WithAccess(Access.Public).ExcludeFromDescription();
    }

    private static IResult Go(HttpContext http, IEnumerable<OutsideProvider> providers)
    {
        if (!providers.Any()) return Results.Redirect("/sign-in");
        var back = LocalAddress.Or(http.Request.Query["returnUrl"], "/");
        return Results.Challenge(new AuthenticationProperties { RedirectUri = $"/sign-in/outside/arrived?returnUrl={Uri.EscapeDataString(back)}" }, [OutsideProvider.Scheme]);
    }

    // Whoever comes from the provider, having proved there who they are: into the account that is connected, else to the page that connects.
    private static async Task<IResult> Arrive(HttpContext http, IEnumerable<OutsideProvider> providers, OutsideLogins logins, BrowserSignIn browser, CancellationToken ct)
    {
        if (!providers.Any()) return Results.Redirect("/sign-in");
        var back = LocalAddress.Or(http.Request.Query["returnUrl"], "/");
        if (await OutsidePerson.Read(http) is not { } person) return Results.Redirect("/sign-in/outside/failed");
        if (await logins.Enter(person, Caller.Of(http), ct) is not { } entered) return Results.Redirect("/sign-in/outside/connect");
        await http.SignOutAsync(OutsideProvider.Kept);
        if (entered.Refusal is { } no)
            return Results.Redirect(StepCookie.Asks(http, no) ? $"/sign-in/second-step?returnUrl={Uri.EscapeDataString(back)}" : "/sign-in/outside/failed");
        await browser.Enter(http, entered.Value);
        return Results.LocalRedirect(back);
    }
}
