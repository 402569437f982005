using Fairground.Kernel;
using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Notifications.ReplayLetters;

/// <summary>A message to a person that could not be sent. To whom is not said: the operator mends the way, not the letter.</summary>
/// <param name="Channel"><c>email</c>, <c>sms</c> or <c>messenger</c>.</param>
public sealed record GivenUpMessage(Guid MessageId, string Channel, string Subject, int Attempts, DateTimeOffset CreatedAt);

/// <summary>Those that can be sent again; codes cannot, they are gone and useless.</summary>
public sealed record GivenUpMessageList(IReadOnlyList<GivenUpMessage> Items, int Count);

/// <summary>How many are on their way again.</summary>
public sealed record MessagesAgain(int Messages);

/// <summary>Messages that were given up after eight tries, for operators (C-26).</summary>
internal sealed class GivenUpMessages(NotificationsContext context, TimeProvider time)
{
    private const int Most = 100;

    public async Task<GivenUpMessageList> List(CancellationToken ct)
    {
        var failed = context.Messages.AsNoTracking().Where(m => m.State == MessageState.Failed && !m.OneTime);
        var rows = await failed.OrderByDescending(m => m.CreatedAt).Take(Most).ToListAsync(ct);
        var chatted = context.MessengerMessages.AsNoTracking().Where(c => c.GivenUp).Join(context.Messages, c => c.MessageId, m => m.Id, (c, m) => new { m.Id, m.Subject, c.Attempts, m.CreatedAt });
        var chats = await chatted.OrderByDescending(m => m.CreatedAt).Take(Most).ToListAsync(ct);
        var all = rows.Select(m => new GivenUpMessage(m.Id, m.Channel == Kernel.Contracts.ContactChannel.Email ? "email" : "sms", m.Subject, m.Attempts, m.CreatedAt))
            .Concat(chats.Select(m => new GivenUpMessage(m.Id, "messenger", m.Subject, m.Attempts, m.CreatedAt)));
        return new GivenUpMessageList([.. all.OrderByDescending(m => m.CreatedAt).Take(Most)], await failed.CountAsync(ct) + await chatted.CountAsync(ct));
    }

    /// <summary>Sends all of them again, or one. Refusal: <c>message.not_given_up</c>.</summary>
    public async Task<Result<int>> Again(Guid? messageId, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        await using var transaction = await context.BeginWriteAsync(ct);
        var sent = await context.Messages.Where(m => m.State == MessageState.Failed && !m.OneTime && (messageId == null || m.Id == messageId))
            .ExecuteUpdateAsync(m => m.SetProperty(x => x.State, MessageState.Queued).SetProperty(x => x.Attempts, 0).SetProperty(x => x.NextTryAt, now), ct);
        sent += await context.MessengerMessages.Where(m => m.GivenUp && (messageId == null || m.MessageId == messageId))
            .ExecuteUpdateAsync(m => m.SetProperty(x => x.GivenUp, false).SetProperty(x => x.Attempts, 0).SetProperty(x => x.NextTryAt, now), ct);
        await transaction.CommitAsync(ct);
        return sent == 0 && messageId is not null ? NotificationRefusals.NotGivenUp : sent;
    }

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("given-up-messages", async Task<Ok<GivenUpMessageList>> (GivenUpMessages messages, CancellationToken ct) => TypedResults.Ok(await messages.List(ct)))
            .WithAccess(Access.Operator).WithName("ListGivenUpMessages").WithTags("Messages").WithSummary("Messages that could not be sent, the newest hundred.");
        api.MapPost("given-up-messages/replay", async Task<Accepted<MessagesAgain>> (GivenUpMessages messages, CancellationToken ct) => TypedResults.Accepted((string?)null, new MessagesAgain((await messages.Again(null, ct)).Value)))
            .WithAccess(Access.Operator).WithName("ReplayGivenUpMessages").WithTags("Messages").WithSummary("Send all of them again.");
        api.MapPost("given-up-messages/{messageId:guid}/replay", One).WithAccess(Access.Operator).WithName("ReplayGivenUpMessage").WithTags("Messages").WithSummary("Send one again.");
    }

    private static async Task<Results<Accepted<MessagesAgain>, ProblemHttpResult>> One(Guid messageId, GivenUpMessages messages, CancellationToken ct)
    {
        var sent = await messages.Again(messageId, ct);
        return sent.Refusal is { } refusal ? Problems.Of(refusal) : TypedResults.Accepted((string?)null, new MessagesAgain(sent.Value));
    }
}
