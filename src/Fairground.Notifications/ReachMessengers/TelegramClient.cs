using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Fairground.Notifications.ReachMessengers;

/// <summary>What came of one try to send into a chat.</summary>
internal enum ChatOutcome
{
    Sent,

    /// <summary>It may work later.</summary>
    TryLater,

    /// <summary>The messenger wants us to send nothing at all for a while.</summary>
    Wait,

    /// <summary>It does not take this message.</summary>
    Refused,

    /// <summary>The chat is no more, or its owner blocked the bot.</summary>
    Gone,
}

/// <param name="Wait">How long to wait, with <see cref="ChatOutcome.Wait"/>.</param>
internal readonly record struct ChatAnswer(ChatOutcome Outcome, TimeSpan Wait = default);

/// <summary>Sends text into chats over the Bot API. The address has the token in it, so nothing of a request is ever logged.</summary>
internal sealed class TelegramClient(NotificationsOptions options, ILogger<TelegramClient> logger) : IDisposable
{
    private const int LargestAnswer = 64 << 10;
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);
    private static readonly JsonSerializerOptions Wire = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private readonly HttpClient client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
    {
        Timeout = TimeSpan.FromSeconds(8), MaxResponseContentBufferSize = LargestAnswer,
    };

    /// <summary>One try. Throws only where <paramref name="ct"/> ends it.</summary>
    public async Task<ChatAnswer> Send(long chatId, string text, CancellationToken ct)
    {
        if (options.Telegram is not { } telegram) return new ChatAnswer(ChatOutcome.TryLater);
        try
        {
            using var response = await client.PostAsJsonAsync(telegram.Method("sendMessage"), new { ChatId = chatId, Text = text, LinkPreviewOptions = new { IsDisabled = true } }, Wire, ct);
            // Only what the Bot API itself says counts: a proxy that says 403 does not mean that somebody blocked us.
            var said = JsonSerializer.Deserialize<Said>(await response.Content.ReadAsByteArrayAsync(ct), Wire);
            if (response.IsSuccessStatusCode && said?.Ok == true) return new ChatAnswer(ChatOutcome.Sent);
            var answer = Read(said);
            if (answer.Outcome != ChatOutcome.Gone) logger.LogWarning("The messenger answered {Status}", (int)response.StatusCode);
            return answer;
        }
        catch (Exception error) when (error is HttpRequestException or JsonException or OperationCanceledException && !ct.IsCancellationRequested)
        {
            logger.LogWarning("The messenger could not be reached: {Error}", error.GetType().Name);
            return new ChatAnswer(ChatOutcome.TryLater);
        }
    }

    public void Dispose() => client.Dispose();

    private static ChatAnswer Read(Said? said) => said switch
    {
        { Ok: false, ErrorCode: 429 } => new(ChatOutcome.Wait, TimeSpan.FromSeconds(Math.Clamp(said.Parameters?.RetryAfter ?? 1, 1, (int)LongestWait.TotalSeconds))),
        { Ok: false, ErrorCode: 403 } => new(ChatOutcome.Gone),
        { Ok: false, ErrorCode: 400 } => new(said.Description?.Contains("chat not found", StringComparison.OrdinalIgnoreCase) == true ? ChatOutcome.Gone : ChatOutcome.Refused),
        _ => new(ChatOutcome.TryLater),
    };

    private sealed record Said(bool Ok, int ErrorCode, string? Description, Parameters? Parameters);

    private sealed record Parameters(int? RetryAfter);
}
