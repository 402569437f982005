using System.Security.Claims;
using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Fairground.Notifications.ReachMessengers;

/// <summary><c>me/messenger</c>: the chat that my messages come to as well (D-27); and the bot's webhook.</summary>
internal static class MessengerEndpoints
{
    private const int LargestBody = 128 << 10;

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("me/messenger", Read).WithAccess(Access.SignedIn).WithName("ReadMyMessenger").WithTags("Messages").WithSummary("Whether my messages come to a chat in Telegram.");
        api.MapPost("me/messenger/links", Link).WithAccess(Access.SignedIn).WithName("LinkMyMessenger").WithTags("Messages").WithSummary("A link that binds a chat in Telegram to me, once and within ten minutes.");
        api.MapDelete("me/messenger", Unlink).WithAccess(Access.SignedIn).WithName("UnlinkMyMessenger").WithTags("Messages").WithSummary("Send nothing to my chat any more.");
    }

    // Everything of one bot comes from a few addresses.
    public static void MapHook(IEndpointRouteBuilder root) => root.MapPost("/hooks/telegram", TelegramHook.Hear)
        .WithAccess(Access.Public).WithMetadata(new RequestSizeLimitAttribute(LargestBody), new RateRule("messenger", 600, 100)).ExcludeFromDescription().DisableAntiforgery();

    private static async Task<Ok<MessengerState>> Read(ClaimsPrincipal user, MessengerDesk desk, CancellationToken ct) => TypedResults.Ok(await desk.State(user.UserId(), ct));

    private static async Task<Results<Ok<MessengerLink>, ProblemHttpResult>> Link(ClaimsPrincipal user, MessengerDesk desk, CancellationToken ct)
    {
        var made = await desk.MakeLink(user.UserId(), ct);
        return made.Refusal is { } refusal ? Problems.Of(refusal) : TypedResults.Ok(made.Value);
    }

    private static async Task<NoContent> Unlink(ClaimsPrincipal user, MessengerDesk desk, CancellationToken ct)
    {
        await desk.Unlink(user.UserId(), ct);
        return TypedResults.NoContent();
    }
}
