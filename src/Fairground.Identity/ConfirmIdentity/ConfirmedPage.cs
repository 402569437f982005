using Fairground.Identity.SignIn;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;

namespace Fairground.Identity.ConfirmIdentity;

/// <summary>A page whose actions need a recent sign-in: whoever has none is led to confirm it is they, and back.</summary>
public abstract class ConfirmedPage : ComponentBase
{
    /// <summary>Why the page's actions are shut for now though the person confirmed: the wait after a recovery.</summary>
    protected Refusal? Shut { get; private set; }

    [CascadingParameter] protected HttpContext Http { get; set; } = null!;

    [Inject] private IRecentSignIn Recent { get; set; } = null!;

    [Inject] private NavigationManager Navigation { get; set; } = null!;

    /// <summary>True where the actions are open; else the visitor is on the way to confirm, or <see cref="Shut"/> says why not.</summary>
    protected async Task<bool> IsConfirmed(string back)
    {
        var refusal = await Recent.Check(Http.User, Http.RequestAborted);
        if (refusal?.Kind == CommonRefusals.ConfirmIdentity) Navigation.NavigateTo($"/account/confirm{SignInPages.Query(back)}");
        else Shut = refusal;
        return refusal is null;
    }

    /// <summary>The answer's status is the refusal's; a page is never answered 401, which asks to sign in.</summary>
    protected void AnswerWith(Refusal refusal) =>
        Http.Response.StatusCode = refusal.Kind.Status == StatusCodes.Status401Unauthorized ? StatusCodes.Status422UnprocessableEntity : refusal.Kind.Status;
}
