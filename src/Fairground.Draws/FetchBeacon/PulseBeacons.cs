using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Fairground.Fairness;

namespace Fairground.Draws;

/// <summary>Whether a pulse is the first at or after an instant (Unix seconds) and verifies under the pinned certificate: null where it does, else what is wrong.</summary>
internal delegate string? PulseCheck(NistEntropy beacon, BeaconPulse pulse, long earliest);

/// <summary>Fetches pulses of a beacon of the format 2.0, with the pulse before and the certificate, so that anyone can check them without asking again.</summary>
internal sealed class PulseBeacons(BeaconOptions options, BeaconHttp http, RelayHealth health, PulseCheck check)
{
    /// <summary>The first pulse at or after the instant, or null where it cannot be had now.</summary>
    /// <param name="earliest">Unix seconds.</param>
    public async Task<BeaconPulse?> Fetch(NistEntropy beacon, long earliest, CancellationToken ct)
    {
        var (name, began) = (Below(beacon, "").Authority, Stopwatch.GetTimestamp());
        if (await Pulse(beacon, $"pulse/time/next/{Number((earliest * 1000) - 1)}", name, ct) is not { } pulse) return null;
        if (TimeOf(pulse) is not { } at)
        {
            health.Lied(name, "the pulse has no time");
            return null;
        }
        if (await Pulse(beacon, $"pulse/time/previous/{Number(at.ToUnixTimeMilliseconds())}", name, ct) is not { } previous) return null;
        var (certificate, failure) = await http.GetText(Below(beacon, $"certificate/{beacon.Certificate}"), ct);
        if (certificate is null)
        {
            health.Failed(name, failure ?? "gave no certificate");
            return null;
        }
        if (pulse["outputValue"] is not JsonValue output || !output.TryGetValue<string>(out var hex) || hex.Length != 128 || !hex.All(char.IsAsciiHexDigit))
        {
            health.Lied(name, "the pulse has no output value");
            return null;
        }
        var read = new BeaconPulse(pulse, previous, certificate, Convert.ToHexStringLower(SHA256.HashData(Convert.FromHexString(hex))));
        if (check(beacon, read, earliest) is { } wrong)
        {
            health.Lied(name, wrong);
            return null;
        }
        health.Good(name, pulse["pulseIndex"] is JsonValue index && index.TryGetValue<long>(out var number) ? number : 0, at, Stopwatch.GetElapsedTime(began));
        return read;
    }

    private async Task<JsonObject?> Pulse(NistEntropy beacon, string path, string name, CancellationToken ct)
    {
        var answer = await http.Get(Below(beacon, path), ct);
        if (answer.NotYet) health.Late(name);
        if (answer.Failure is { } why) health.Failed(name, why);
        if (answer.Lie is { } lie) health.Lied(name, lie);
        if (answer.Body is null) return null;
        if (answer.Body["pulse"] is JsonObject pulse) return (JsonObject)pulse.DeepClone();
        health.Lied(name, "the answer has no pulse");
        return null;
    }

    private static DateTimeOffset? TimeOf(JsonObject pulse) =>
        pulse["timeStamp"] is JsonValue value && value.TryGetValue<string>(out var text) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;

    private Uri Below(NistEntropy beacon, string path) => new($"{(options.Pulses is { Mirror: { } mirror } known && known.Uri == beacon.Uri ? mirror : beacon.Uri)}/{path}");

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
