using System.Security.Claims;
using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Fairground.Notifications.ReadMessages;

/// <summary><c>GET me/messages</c> and <c>POST me/messages/{id}/read</c> (C-26).</summary>
internal static class ReadMessagesEndpoint
{
    public static async Task<Results<Ok<PersonalMessages>, ProblemHttpResult>> List(
        ClaimsPrincipal user, MessageReader messages, CancellationToken ct, string? cursor = null, int? limit = null)
    {
        var page = await messages.Read(user.UserId(), cursor, limit, ct);
        return page.Refusal is { } refusal ? Problems.Of(refusal) : TypedResults.Ok(page.Value);
    }

    public static async Task<Results<NoContent, ProblemHttpResult>> MarkRead(Guid id, ClaimsPrincipal user, MessageReader messages, CancellationToken ct)
    {
        var marked = await messages.MarkRead(user.UserId(), id, ct);
        return marked.Refusal is { } refusal ? Problems.Of(refusal) : TypedResults.NoContent();
    }
}
