using System.Security.Claims;
using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Fairground.Notifications.ChoosePreferences;

/// <summary><c>me/message-choices</c>: what comes by which way, and when not.</summary>
internal static class ChoiceEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("me/message-choices", Read).WithAccess(Access.SignedIn).WithName("ReadMessageChoices").WithTags("Messages").WithSummary("What comes to me by which way, and my quiet hours.");
        api.MapPut("me/message-choices", Save).WithAccess(Access.SignedIn).WithName("SaveMessageChoices").WithTags("Messages").WithSummary("Change that. What concerns the account's safety always comes.");
    }

    private static async Task<Ok<MessageChoicesView>> Read(ClaimsPrincipal user, MessageChoices choices, CancellationToken ct) => TypedResults.Ok(await choices.Read(user.UserId(), ct));

    private static async Task<Results<Ok<MessageChoicesView>, ProblemHttpResult>> Save(MessageChoicesView request, ClaimsPrincipal user, MessageChoices choices, CancellationToken ct)
    {
        var saved = await choices.Save(user.UserId(), request, ct);
        return saved.Refusal is { } refusal ? Problems.Of(refusal) : TypedResults.Ok(saved.Value);
    }
}
