using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Fairground.Notifications.Tests;

/// <summary>
/// A server that answers as the published Bot API does: one bot, chats that people opened with it, blocked it in, or closed; and what they write goes to the market's webhook, whose answer
/// may be a call of a method.
/// </summary>
internal sealed class BotServer : IAsyncDisposable
{
    public const string Token = "123456:AAF-stand_in";
    public const string Name = "market_bot";
    public const string Secret = "a-secret-of-the-webhook";

    private const int LongestText = 4096;
    private readonly HookReceiver http;
    private int update;

    private BotServer(HookReceiver http) => this.http = http;

    /// <summary>Chats that take messages, with what arrived.</summary>
    public ConcurrentDictionary<long, ConcurrentQueue<string>> Chats { get; } = new();

    public ConcurrentDictionary<long, bool> Blocked { get; } = new();

    /// <summary>Seconds that everybody must wait; 0 for none.</summary>
    public int Throttle { get; set; }

    /// <summary>A page of a broken gateway in front of it, with this status, or null.</summary>
    public int? Outage { get; set; }

    /// <summary>Happens while a call is being answered.</summary>
    public Func<Task>? WhileSending { get; set; }

    /// <summary>Every call of <c>sendMessage</c>, whatever came of it.</summary>
    public int Calls => http.Calls.Count;

    public IReadOnlyList<ArrivedCall> Arrived => [.. http.Calls];

    public (string, string)[] Settings => [("FAIRGROUND_TELEGRAM_TOKEN", Token), ("FAIRGROUND_TELEGRAM_BOT", $"@{Name}"), ("FAIRGROUND_TELEGRAM_SECRET", Secret), ("FAIRGROUND_TELEGRAM_URL", $"{http.Address}/")];

    public static async Task<BotServer> Start()
    {
        var server = new BotServer(await HookReceiver.Start());
        server.http.Answer = server.Call;
        return server;
    }

    /// <summary>A person writes to the bot. Returns what the bot answers in the chat, or null.</summary>
    public async Task<string?> Write(HttpClient market, long chat, string text, string type = "private", string language = "en", string secret = Secret)
    {
        if (type == "private") Chats.TryAdd(chat, new());
        using var answer = await Deliver(market, Update(chat, text, type, language), secret);
        Assert.True(answer.IsSuccessStatusCode, $"the webhook answered {(int)answer.StatusCode}");
        var body = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        if (body.Length == 0) return null;
        var call = JsonNode.Parse(body)!;
        Assert.Equal(("sendMessage", chat), ((string)call["method"]!, (long)call["chat_id"]!));
        return (string)call["text"]!;
    }

    /// <summary>One update, as it is posted to the webhook.</summary>
    public static async Task<HttpResponseMessage> Deliver(HttpClient market, JsonNode update, string? secret)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/hooks/telegram") { Content = JsonContent.Create(update) };
        if (secret is not null) request.Headers.Add("X-Telegram-Bot-Api-Secret-Token", secret);
        return await market.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public JsonNode Update(long chat, string text, string type = "private", string language = "en") => new JsonObject
    {
        ["update_id"] = 900_000 + ++update,
        ["message"] = new JsonObject
        {
            ["message_id"] = update,
            ["from"] = new JsonObject { ["id"] = Math.Abs(chat), ["is_bot"] = false, ["first_name"] = "Dana", ["language_code"] = language },
            ["chat"] = new JsonObject { ["id"] = chat, ["first_name"] = "Dana", ["type"] = type },
            ["date"] = 1_795_339_200,
            ["text"] = text,
            ["entities"] = new JsonArray(new JsonObject { ["offset"] = 0, ["length"] = 6, ["type"] = "bot_command" }),
        },
    };

    public ValueTask DisposeAsync() => http.DisposeAsync();

    private async Task Call(ArrivedCall call, HttpContext answer)
    {
        if (WhileSending is { } happens) await happens();
        if (Outage is { } status)
        {
            answer.Response.StatusCode = status;
            answer.Response.ContentType = "text/html";
            await answer.Response.WriteAsync($"<html><body><h1>{status.ToString(CultureInfo.InvariantCulture)}</h1></body></html>");
            return;
        }
        var said = Answer(call);
        answer.Response.StatusCode = (int?)said["error_code"] ?? 200;
        await answer.Response.WriteAsJsonAsync(said);
    }

    private JsonObject Answer(ArrivedCall call)
    {
        if (call.Method != "POST" || !call.Path.StartsWith($"/bot{Token}/", StringComparison.Ordinal)) return Error(401, "Unauthorized");
        if (call.Path != $"/bot{Token}/sendMessage") return Error(404, "Not Found");
        if (Throttle > 0)
        {
            var late = Error(429, $"Too Many Requests: retry after {Throttle.ToString(CultureInfo.InvariantCulture)}");
            late["parameters"] = new JsonObject { ["retry_after"] = Throttle };
            return late;
        }
        var (body, text) = (JsonNode.Parse(call.Text)!, "");
        text = (string?)body["text"] ?? "";
        if (text.Trim().Length == 0) return Error(400, "Bad Request: message text is empty");
        if (text.Length > LongestText) return Error(400, "Bad Request: message is too long");
        var chat = (long)body["chat_id"]!;
        if (!Chats.TryGetValue(chat, out var arrived)) return Error(400, "Bad Request: chat not found");
        if (Blocked.ContainsKey(chat)) return Error(403, "Forbidden: bot was blocked by the user");
        arrived.Enqueue(text);
        return new JsonObject { ["ok"] = true, ["result"] = new JsonObject { ["message_id"] = arrived.Count, ["date"] = 1_795_339_200, ["chat"] = new JsonObject { ["id"] = chat, ["type"] = "private" }, ["text"] = text } };
    }

    private static JsonObject Error(int code, string description) => new() { ["ok"] = false, ["error_code"] = code, ["description"] = description };
}
