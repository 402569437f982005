using System.Text.Json;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;
using Fairground.Kernel.Languages;
using Fairground.Notifications.WriteMessages;
using Fairground.Ui;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Fairground.Notifications.ReachMessengers;

/// <summary>What the Bot API tells us; we read no more of it than this.</summary>
internal sealed record TelegramUpdate(TelegramMessage? Message);

internal sealed record TelegramMessage(TelegramChat? Chat, TelegramUser? From, string? Text);

/// <param name="Type">Only <c>private</c> ones are linked: a group would read along.</param>
internal sealed record TelegramChat(long Id, string? Type);

internal sealed record TelegramUser(string? LanguageCode);

/// <summary>An answer to an update may be a call of a method, which spares us a connection.</summary>
internal sealed record TelegramReply(string Method, long ChatId, string Text);

/// <summary>What people write to the bot: <c>/start CODE</c> links their chat, <c>/stop</c> ends that.</summary>
internal sealed class TelegramHook(MessengerDesk desk, TemplateBook templates, IPeople people, PublicAddress address, IOptions<UiOptions> market, IConfiguration configuration)
{
    private const string Secret = "X-Telegram-Bot-Api-Secret-Token";
    private const string SettingsPage = "/messages/settings";

    private static readonly JsonSerializerOptions Wire = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Refusals: <c>message.messenger_off</c>, <c>message.messenger_secret</c>. What is not for us is taken and left, or the messenger would send it again.</summary>
    public static async Task<Results<Ok, JsonHttpResult<TelegramReply>, ProblemHttpResult>> Hear(HttpContext http, NotificationsOptions options, TelegramHook hook, CancellationToken ct)
    {
        if (options.Telegram is not { } telegram) return Problems.Of(NotificationRefusals.MessengerOff);
        if (!telegram.IsSecret(http.Request.Headers[Secret].ToString())) return Problems.Of(NotificationRefusals.MessengerSecret);
        return await Update(http.Request, ct) is { Message: { Chat: { Type: "private" } chat, Text: { } text } message }
            ? TypedResults.Json(new TelegramReply("sendMessage", chat.Id, await hook.Answer(chat.Id, text, message.From?.LanguageCode, ct)), Wire)
            : TypedResults.Ok();
    }

    private static async Task<TelegramUpdate?> Update(HttpRequest request, CancellationToken ct)
    {
        try
        {
            return await JsonSerializer.DeserializeAsync<TelegramUpdate>(request.Body, Wire, ct);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private async Task<string> Answer(long chatId, string text, string? spoken, CancellationToken ct)
    {
        var words = text.Split(' ', 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        // In some clients the bot's name stands behind the command.
        var command = words.Length == 0 ? "" : words[0].Split('@')[0];
        var owner = await desk.OwnerOf(chatId, ct);
        if (command == "/start" && words.Length == 2)
        {
            return await desk.Link(chatId, words[1], ct) is { } linked ? await Say("notifications.messenger_linked", linked, spoken, ct) : await Say("notifications.messenger_code_wrong", owner, spoken, ct);
        }
        if (command == "/stop" && owner is { } person)
        {
            await desk.Unlink(person, ct);
            return await Say("notifications.messenger_none", person, spoken, ct);
        }
        return await Say(owner is null ? "notifications.messenger_none" : "notifications.messenger_linked", owner, spoken, ct);
    }

    // As the person reads, else as the messenger speaks to them.
    private async Task<string> Say(string template, Guid? person, string? spoken, CancellationToken ct)
    {
        var chosen = person is { } id ? (await people.Find(id, ct))?.Language : null;
        var language = Language.Find(chosen) ?? Language.Closest(spoken) ?? AskedLanguage.OfMarket(configuration);
        await templates.Refresh(ct);
        return templates.Write(new Wording(template) { ["market"] = market.Value.MarketName, ["page"] = address.Of() + SettingsPage }, language, TimeZoneInfo.Utc).Text;
    }
}
