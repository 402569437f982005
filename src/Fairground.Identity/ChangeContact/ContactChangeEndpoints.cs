using System.Security.Claims;
using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Fairground.Identity.ChangeContact;

/// <summary>The contact that I want to be reached at.</summary>
/// <param name="NumberConsent">That the mobile number may be used for codes and messages; must be true where the contact is one (C-27).</param>
public sealed record ContactChangeRequest(string? Contact, bool NumberConsent = false);

/// <summary>The change that waits for the new contact's code.</summary>
public sealed record ContactChangeStarted(Guid ChangeId);

/// <summary>The code that came to the new contact.</summary>
public sealed record ContactChangeConfirmation(string? Code);

/// <summary>What the link in the message to the old contact carries.</summary>
public sealed record ContactChangeStop(string? Token);

internal static class ContactChangeEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("me/contact-changes", Begin).WithAccess(Access.SignedIn).WithRecentSignIn().WithName("ChangeContact").WithTags("People")
            .WithSummary("Ask to be reached at another contact: sends a code there.");
        api.MapPost("me/contact-changes/{id:guid}/confirmation", Confirm).WithAccess(Access.SignedIn).WithRecentSignIn().WithName("ConfirmContactChange").WithTags("People")
            .WithSummary("Prove the new contact with its code; the change takes effect after three days, and the old contact is told.");
        api.MapGet("me/contact-changes/current", Find).WithAccess(Access.SignedIn).WithName("GetContactChange").WithTags("People")
            .WithSummary("The change of my contact that is under way.");
        api.MapDelete("me/contact-changes/current", Cancel).WithAccess(Access.SignedIn).WithName("CancelContactChange").WithTags("People")
            .WithSummary("Cancel the change of my contact.");
        api.MapPost("contact-change-stops", Stop).WithAccess(Access.Public).WithName("StopContactChange").WithTags("People")
            .WithSummary("Stop a change by the link that the old contact was sent; signs everybody out.");
    }

    private static async Task<Results<Accepted<ContactChangeStarted>, ProblemHttpResult>> Begin(ContactChangeRequest request, HttpContext http, ContactChanges changes, CancellationToken ct)
    {
        var begun = await changes.Begin(http.User.UserId(), request.Contact, request.NumberConsent, ClientAddress.Of(http), ct);
        if (begun.Refused) return Problems.Of(begun.Refusal!);
        return TypedResults.Accepted((string?)null, new ContactChangeStarted(begun.Value));
    }

    private static async Task<Results<Ok<ContactChangeInfo>, ProblemHttpResult>> Confirm(Guid id, ContactChangeConfirmation request, HttpContext http, ContactChanges changes, CancellationToken ct)
    {
        var change = await changes.Confirm(http.User.UserId(), id, request.Code, http.Request.Headers.UserAgent.ToString(), ct);
        return change.Refused ? Problems.Of(change.Refusal!) : TypedResults.Ok(change.Value);
    }

    private static async Task<Results<Ok<ContactChangeInfo>, ProblemHttpResult>> Find(ClaimsPrincipal user, ContactChanges changes, CancellationToken ct) =>
        await changes.Find(user.UserId(), ct) is { } change ? TypedResults.Ok(change) : Problems.Of(PeopleRefusals.ChangeNotFound);

    private static async Task<Results<NoContent, ProblemHttpResult>> Cancel(ClaimsPrincipal user, ContactChanges changes, CancellationToken ct) =>
        await changes.Cancel(user.UserId(), ct) is { } refusal ? Problems.Of(refusal) : TypedResults.NoContent();

    private static async Task<Results<NoContent, ProblemHttpResult>> Stop(ContactChangeStop request, ContactChanges changes, CancellationToken ct) =>
        await changes.Stop(request.Token, ct) is { } refusal ? Problems.Of(refusal) : TypedResults.NoContent();
}
