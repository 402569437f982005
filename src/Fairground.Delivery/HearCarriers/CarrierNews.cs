using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Fairground.Kernel;

namespace Fairground.Delivery;

/// <summary>What a carrier told of one parcel.</summary>
internal sealed record CarrierReport(string Tracking, IReadOnlyList<HeardNews> News);

/// <summary>
/// Reads what carriers send and answer, in two shapes. <c>generic</c>: <c>{"trackingNumber", "events": [{"id", "kind", "at", "place", "latitude", "longitude", "note"}]}</c>, signed as Standard
/// Webhooks. <c>easypost</c>: EasyPost's Event with a Tracker in it, or a Tracker, signed with <c>X-Hmac-Signature</c>. Pure.
/// </summary>
internal static class CarrierNews
{
    private const int MostNews = 500;
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    /// <summary>True where the body was signed with the carrier's secret.</summary>
    public static bool IsSigned(Carrier carrier, Func<string, string> header, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        if (carrier.Secret is not { } secret) return false;
        return carrier.Shape == "easypost" ? IsEasyPosts(secret, header("X-Hmac-Signature"), body) : IsStandard(secret, header, body, now);
    }

    /// <summary>The news inside; <c>carrier.unreadable</c> where it is none. Empty where it is about something else.</summary>
    public static Result<IReadOnlyList<CarrierReport>> Read(string shape, ReadOnlyMemory<byte> body, string? asked = null)
    {
        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 16 });
            var found = shape == "easypost" ? EasyPost(document.RootElement, asked) : Generic(document.RootElement, asked);
            return found is null ? CarrierRefusals.Unreadable : Result<IReadOnlyList<CarrierReport>>.Accepted(found);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
        {
            return CarrierRefusals.Unreadable;
        }
    }

    private static bool IsStandard(string secret, Func<string, string> header, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        var (id, timestamp) = (header("webhook-id"), header("webhook-timestamp"));
        if (id.Length == 0 || !long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || Math.Abs(now.ToUnixTimeSeconds() - seconds) > Tolerance.TotalSeconds) return false;
        var encoded = secret.StartsWith("whsec_", StringComparison.Ordinal) ? secret["whsec_".Length..] : secret;
        Span<byte> key = new byte[encoded.Length];
        if (!Convert.TryFromBase64String(encoded, key, out var length)) return false;
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body];
        var right = Encoding.ASCII.GetBytes(Convert.ToBase64String(HMACSHA256.HashData(key[..length], signed)));
        return header("webhook-signature").Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Any(one => one.StartsWith("v1,", StringComparison.Ordinal) && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(one["v1,".Length..]), right));
    }

    // EasyPost brings the secret into Unicode's form KD before it signs.
    private static bool IsEasyPosts(string secret, string given, ReadOnlySpan<byte> body)
    {
        var right = "hmac-sha256-hex=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret.Normalize(NormalizationForm.FormKD)), body));
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given.ToLowerInvariant()), Encoding.ASCII.GetBytes(right));
    }

    private static List<CarrierReport>? Generic(JsonElement root, string? asked)
    {
        var tracking = Text(root, "trackingNumber") ?? asked;
        if (tracking is null || !root.TryGetProperty("events", out var events) || events.ValueKind != JsonValueKind.Array || events.GetArrayLength() > MostNews) return null;
        var news = new List<HeardNews>();
        foreach (var one in events.EnumerateArray())
        {
            if (Text(one, "id") is not { Length: > 0 } id || DeliveryWire.Kind(Text(one, "kind")) is not { } kind || Time(one, "at") is not { } at) return null;
            news.Add(new HeardNews(id, kind, at, Text(one, "place") ?? "", Text(one, "note") ?? "", Micro(one, "latitude", 90), Micro(one, "longitude", 180)));
        }
        return [new CarrierReport(Spelt(tracking), news)];
    }

    private static List<CarrierReport>? EasyPost(JsonElement root, string? asked)
    {
        var kind = Text(root, "object");
        if (kind == "Event")
        {
            // Batches, refunds and the rest are no news of a parcel.
            if (Text(root, "description")?.StartsWith("tracker.", StringComparison.Ordinal) != true) return [];
            return root.TryGetProperty("result", out var result) ? EasyPost(result, null) : null;
        }
        // Asked for by number, trackers come as a list, the newest first.
        if (kind is null && root.TryGetProperty("trackers", out var trackers) && trackers.ValueKind == JsonValueKind.Array)
            return trackers.GetArrayLength() == 0 ? [] : EasyPost(trackers[0], asked);
        if (kind != "Tracker" || (Text(root, "tracking_code") ?? asked) is not { } tracking) return null;
        var news = new List<HeardNews>();
        if (root.TryGetProperty("tracking_details", out var details) && details.ValueKind == JsonValueKind.Array)
        {
            if (details.GetArrayLength() > MostNews) return null;
            foreach (var one in details.EnumerateArray())
            {
                if (Time(one, "datetime") is not { } at || EasyPostKind(Text(one, "status")) is not { } said) continue;
                var (place, message) = (EasyPostPlace(one), Text(one, "message") ?? "");
                // Details have no id of their own; what they say of which moment is one.
                news.Add(new HeardNews($"{at.ToUnixTimeSeconds()}:{Text(one, "status")}:{message}", said, at, place, message));
            }
        }
        return [new CarrierReport(Spelt(tracking), news)];
    }

    private static ParcelNewsKind? EasyPostKind(string? status) => status switch
    {
        "in_transit" => ParcelNewsKind.InTransit,
        "out_for_delivery" => ParcelNewsKind.OutForDelivery,
        "delivered" => ParcelNewsKind.Delivered,
        "return_to_sender" => ParcelNewsKind.Returned,
        "failure" or "error" => ParcelNewsKind.Accident,
        "available_for_pickup" => ParcelNewsKind.Note,
        // The label is made, or nothing is known: nobody has it yet.
        _ => null,
    };

    private static string EasyPostPlace(JsonElement detail) =>
        detail.TryGetProperty("tracking_location", out var place) && place.ValueKind == JsonValueKind.Object
            ? string.Join(", ", new[] { Text(place, "city"), Text(place, "state"), Text(place, "country") }.Where(p => !string.IsNullOrWhiteSpace(p)))
            : "";

    private static string Spelt(string tracking) => tracking.Trim().ToUpperInvariant();

    private static string? Text(JsonElement element, string name) => element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var found) && found.ValueKind == JsonValueKind.String ? found.GetString() : null;

    private static DateTimeOffset? Time(JsonElement element, string name) =>
        DateTimeOffset.TryParse(Text(element, name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) && at.Year >= 2000 ? at : null;

    private static int? Micro(JsonElement element, string name, decimal most) =>
        element.TryGetProperty(name, out var found) && found.ValueKind == JsonValueKind.Number && found.TryGetDecimal(out var degrees) && Math.Abs(degrees) <= most ? (int)decimal.Round(degrees * 1_000_000m) : null;
}
