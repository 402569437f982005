using System.Globalization;
using System.Net;
using System.Text.Json;
using Fairground.Kernel;
using Microsoft.Extensions.Logging;

namespace Fairground.Payments;

/// <summary>Calls a gateway over HTTP. What went wrong becomes a refusal; addresses, headers and bodies are never logged, for secrets and people's data are in them.</summary>
internal sealed partial class GatewayHttp(string gateway, ILogger logger) : IDisposable
{
    private const int LargestAnswer = 1 << 20;

    private readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(2), ConnectTimeout = TimeSpan.FromSeconds(5) })
    {
        Timeout = TimeSpan.FromSeconds(20),
        MaxResponseContentBufferSize = LargestAnswer,
    };

    /// <summary>The answer, whatever its status below 500; <c>payment.gateway_unavailable</c> where there is none, or where the gateway asks to come again.</summary>
    /// <param name="call">For the log: which call it was.</param>
    public async Task<Result<GatewayAnswer>> Send(HttpRequestMessage request, string call, CancellationToken ct)
    {
        try
        {
            using var response = await http.SendAsync(request, ct);
            var text = await response.Content.ReadAsStringAsync(ct);
            if ((int)response.StatusCode >= 500 || response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout or HttpStatusCode.Conflict)
            {
                LogTrouble(gateway, call, (int)response.StatusCode);
                return PaymentRefusals.GatewayUnavailable;
            }
            var body = text.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(text);
            if ((int)response.StatusCode >= 400) LogTrouble(gateway, call, (int)response.StatusCode);
            return new GatewayAnswer(response.StatusCode, body);
        }
        catch (Exception error) when (error is HttpRequestException or JsonException || (error is OperationCanceledException && !ct.IsCancellationRequested))
        {
            LogSilence(gateway, call, error.GetType().Name);
            return PaymentRefusals.GatewayUnavailable;
        }
    }

    public void Dispose() => http.Dispose();

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Gateway} answered {Call} with {Status}")]
    private partial void LogTrouble(string gateway, string call, int status);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Gateway} did not answer {Call}: {Error}")]
    private partial void LogSilence(string gateway, string call, string error);
}

/// <summary>What a gateway answered.</summary>
internal sealed record GatewayAnswer(HttpStatusCode Status, JsonElement Body)
{
    public bool Took => (int)Status is >= 200 and < 300;
}

/// <summary>Reads answers and notices, in which anything may be missing.</summary>
internal static class GatewayJson
{
    /// <summary>What stands there, or an undefined element.</summary>
    public static JsonElement At(this JsonElement element, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (element.ValueKind == JsonValueKind.Array && int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index)) element = index < element.GetArrayLength() ? element[index] : default;
            else if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out element)) return default;
        }
        return element;
    }

    /// <summary>The text there; a number as it is written.</summary>
    public static string? Text(this JsonElement element, params ReadOnlySpan<string> path)
    {
        var found = element.At(path);
        return found.ValueKind switch { JsonValueKind.String => found.GetString(), JsonValueKind.Number => found.GetRawText(), _ => null };
    }

    /// <summary>The whole number there; 0 where there is none.</summary>
    public static long Whole(this JsonElement element, params ReadOnlySpan<string> path) =>
        element.At(path) is { ValueKind: JsonValueKind.Number } found && found.TryGetInt64(out var value) ? value : 0;

    public static bool IsTrue(this JsonElement element, params ReadOnlySpan<string> path) => element.At(path).ValueKind == JsonValueKind.True;
}
