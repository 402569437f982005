using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Fairground.Fairness;

namespace Fairground.Draws;

/// <summary>Whether a round verifies under the pinned key of its chain.</summary>
/// <param name="previousSignature">For a chained scheme.</param>
internal delegate bool RoundCheck(DrandEntropy chain, long round, byte[] signature, byte[]? previousSignature);

/// <summary>Fetches rounds of a drand chain from all relays at once. The first answer that verifies under the pinned key wins; nothing else is believed.</summary>
internal sealed class DrandRelays(BeaconOptions options, BeaconHttp http, RelayHealth health, RoundCheck check)
{
    /// <summary>A round that has come, or null where no relay gave a true one.</summary>
    public async Task<BeaconRound?> Fetch(DrandEntropy chain, long round, CancellationToken ct)
    {
        if (options.Relays.Count == 0) return null;
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var asking = options.Relays.Select(relay => Ask(relay, chain, round, enough.Token)).ToList();
        BeaconRound? found = null;
        while (asking.Count > 0 && found is null)
        {
            var first = await Task.WhenAny(asking);
            asking.Remove(first);
            found = await Quietly(first, ct);
        }
        await enough.CancelAsync();
        foreach (var rest in asking) await Quietly(rest, ct);
        return found;
    }

    /// <summary>The newest round of each relay, so that its health and our clock are known.</summary>
    public async Task Look(DrandEntropy chain, CancellationToken ct) =>
        await Task.WhenAll(options.Relays.Select(relay => Quietly(Ask(relay, chain, null, ct), ct)));

    // A relay that was not needed any more is cut off in the middle.
    private static async Task<BeaconRound?> Quietly(Task<BeaconRound?> asking, CancellationToken ct)
    {
        try
        {
            return await asking;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return null;
        }
    }

    private async Task<BeaconRound?> Ask(Uri relay, DrandEntropy chain, long? round, CancellationToken ct)
    {
        var (name, began) = (relay.Authority, Stopwatch.GetTimestamp());
        var path = string.Create(CultureInfo.InvariantCulture, $"{chain.Chain}/public/{(round is null ? "latest" : round)}");
        var answer = await http.Get(new Uri(relay, path), ct);
        if (answer.NotYet) health.Late(name);
        if (answer.Failure is { } why) health.Failed(name, why);
        if (answer.Lie is { } lie) health.Lied(name, lie);
        if (answer.Body is not { } body) return null;
        var (read, wrong) = Read(body, chain, round);
        if (wrong is not null) health.Lied(name, wrong);
        if (read is null) return null;
        health.Good(name, read.Round, DateTimeOffset.FromUnixTimeSeconds(chain.TimeOfRound(read.Round)), Stopwatch.GetElapsedTime(began));
        return read;
    }

    /// <summary>The round of an answer where every bit of it is true, or what is wrong.</summary>
    internal (BeaconRound? Round, string? Wrong) Read(JsonObject body, DrandEntropy chain, long? asked)
    {
        if (body["round"] is not JsonValue number || !number.TryGetValue<long>(out var round) || round < 1) return (null, "the answer names no round");
        if (asked is not null && round != asked) return (null, $"asked for round {asked}, it gave round {round}");
        if (Bytes(body["signature"]) is not { } signature) return (null, "the answer has no signature");
        var previous = Bytes(body["previous_signature"]);
        var read = new BeaconRound(round, Convert.ToHexStringLower(signature), Convert.ToHexStringLower(SHA256.HashData(signature)))
        {
            PreviousSignature = chain.Scheme == "pedersen-bls-chained" && previous is not null ? Convert.ToHexStringLower(previous) : null,
        };
        if (body["randomness"] is { } said && (Bytes(said) is not { } randomness || Convert.ToHexStringLower(randomness) != read.Randomness)) return (null, "its randomness is not that of its signature");
        return check(chain, round, signature, read.PreviousSignature is null ? null : previous) ? (read, null) : (null, $"the signature of round {round} does not verify under the pinned key");
    }

    private static byte[]? Bytes(JsonNode? node)
    {
        if (node is not JsonValue value || !value.TryGetValue<string>(out var text) || text.Length is 0 or > 1024 || text.Length % 2 != 0 || !text.All(char.IsAsciiHexDigit)) return null;
        return Convert.FromHexString(text);
    }
}
