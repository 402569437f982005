using System.Globalization;
using Fairground.Fairness;
using Fairground.Kernel;
using Microsoft.Extensions.Configuration;

namespace Fairground.Draws;

/// <summary>A drand chain whose data are pinned; nothing a relay says can change them.</summary>
/// <param name="Hash">The chain hash, hex.</param>
/// <param name="PublicKey">Hex.</param>
/// <param name="Genesis">The time of round 1, Unix seconds.</param>
/// <param name="Period">Seconds between rounds.</param>
internal sealed record DrandChain(string Name, string Hash, string PublicKey, string Scheme, long Genesis, int Period)
{
    /// <summary>The unchained chain of the League of Entropy, a round every three seconds.</summary>
    public static readonly DrandChain Quicknet = new(
        "quicknet", "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971",
        "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d1064510d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a",
        "bls-unchained-g1-rfc9380", 1_692_803_367, 3);

    /// <summary>Its older chain, a round every thirty seconds.</summary>
    public static readonly DrandChain Default = new(
        "default", "8990e7a9aaed2ffed73dbd7092123d6f289930540d7651336225dc172e51b2ce",
        "868f005eb8e6e4ca0a47c8a77ceaa5309a47978a7c71bc5cce96366b5d7a569937c529eeda66c7293784a9402801af31",
        "pedersen-bls-chained", 1_595_431_050, 30);

    /// <summary>As the terms publish it.</summary>
    public DrandEntropy Terms(int delaySeconds) => new(Hash, PublicKey, Scheme, Genesis, Period, delaySeconds);
}

/// <summary>A pulse beacon whose certificate is pinned.</summary>
/// <param name="Certificate">SHA-512 of the certificate's DER, hex.</param>
internal sealed record PulseBeacon(string Uri, long Chain, string Certificate, int Period)
{
    /// <summary>Where its pulses are asked for instead, same paths below; nothing has to be believed of it, since each pulse is checked. Null: at <see cref="Uri"/>.</summary>
    public string? Mirror { get; init; }

    /// <summary>As the terms publish it.</summary>
    public NistEntropy Terms(int delaySeconds) => new(Uri, Chain, Certificate, Period, delaySeconds);
}

/// <summary>What comes where a beacon does not answer.</summary>
/// <param name="Source"><c>drand-default</c>, <c>nist-beacon</c> or <c>refund</c>.</param>
internal sealed record FailoverPlan(string Source, int AfterSeconds);

/// <summary>Where this server looks for randomness. Read once at start; what a lot was opened with stands in its terms and stays.</summary>
/// <param name="Relays">Addresses that serve drand over HTTP; none means that this server has no drand.</param>
/// <param name="Patience">How long one relay may take for one answer.</param>
internal sealed record BeaconOptions(IReadOnlyList<Uri> Relays, DrandChain Chain, PulseBeacon? Pulses, IReadOnlyList<FailoverPlan> Failover, TimeSpan Patience)
{
    /// <summary>A draw by beacon is at least this long after closing, so that neither a clock that is a little wrong nor a slow commit lets a known round decide.</summary>
    public const int ShortestDelaySeconds = 30;

    /// <summary>A verified round that is further ahead of our clock than this proves that our clock is slow; the newest one that is so far behind, that it is fast.</summary>
    public static readonly TimeSpan ClockTolerance = TimeSpan.FromSeconds(10);

    private const string PublicRelays = "https://api.drand.sh,https://api2.drand.sh,https://api3.drand.sh,https://drand.cloudflare.com";
    private const string UsualFailover = "drand-default:1800,nist-beacon:7200,refund:86400";

    /// <summary>Reads <c>FAIRGROUND_DRAND</c> (relays with commas between, or <c>off</c>), <c>FAIRGROUND_DRAND_CHAIN</c> (<c>quicknet</c>, <c>default</c>, or
    /// <c>hash,publicKey,scheme,genesis,period</c>), <c>FAIRGROUND_NIST</c> (<c>address,chain,certificate</c>, and a mirror) and <c>FAIRGROUND_FAILOVER</c>.</summary>
    /// <exception cref="SettingException">A setting cannot be read.</exception>
    public static BeaconOptions Of(IConfiguration configuration)
    {
        var relays = (configuration["FAIRGROUND_DRAND"] ?? PublicRelays) switch
        {
            "off" or "" => [],
            var text => text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(t => Address("FAIRGROUND_DRAND", t)).ToList(),
        };
        var pulses = configuration["FAIRGROUND_NIST"] is { Length: > 0 } nist ? PulsesOf(nist) : null;
        return new BeaconOptions(relays, ChainOf(configuration["FAIRGROUND_DRAND_CHAIN"]), pulses, FailoverOf(configuration["FAIRGROUND_FAILOVER"] ?? UsualFailover), TimeSpan.FromSeconds(4));
    }

    private static DrandChain ChainOf(string? text)
    {
        if (text is null or "" or "quicknet") return DrandChain.Quicknet;
        if (text == "default") return DrandChain.Default;
        var parts = text.Split(',', StringSplitOptions.TrimEntries);
        if (parts.Length != 5 || !long.TryParse(parts[3], NumberStyles.None, CultureInfo.InvariantCulture, out var genesis) || !int.TryParse(parts[4], NumberStyles.None, CultureInfo.InvariantCulture, out var period) || period < 1)
            throw new SettingException("FAIRGROUND_DRAND_CHAIN is quicknet, default, or hash,publicKey,scheme,genesis,period.");
        return new DrandChain("own", parts[0], parts[1], parts[2], genesis, period);
    }

    private static PulseBeacon PulsesOf(string text)
    {
        var parts = text.Split(',', StringSplitOptions.TrimEntries);
        if (parts.Length is not (3 or 4) || !long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var chain) || parts[2].Length != 128)
            throw new SettingException("FAIRGROUND_NIST is address,chain,certificate: the number of the chain, and the SHA-512 of the certificate in hex. A mirror may follow.");
        string Plain(string address) => Address("FAIRGROUND_NIST", address).ToString().TrimEnd('/');
        return new PulseBeacon(Plain(parts[0]), chain, parts[2].ToLowerInvariant(), 60) { Mirror = parts.Length > 3 ? Plain(parts[3]) : null };
    }

    private static List<FailoverPlan> FailoverOf(string text)
    {
        var plans = new List<FailoverPlan>();
        foreach (var step in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = step.Split(':');
            if (parts.Length != 2 || parts[0] is not ("drand-default" or "nist-beacon" or FailoverStep.Refund) || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var after) || after < 1)
                throw new SettingException("FAIRGROUND_FAILOVER lists steps like drand-default:1800,nist-beacon:7200,refund:86400, in seconds after the first source was due.");
            plans.Add(new FailoverPlan(parts[0], after));
        }
        if (plans.Count == 0 || plans[^1].Source != FailoverStep.Refund) throw new SettingException("The last step of FAIRGROUND_FAILOVER is refund, so that no draw hangs.");
        return plans;
    }

    private static Uri Address(string setting, string text) =>
        Uri.TryCreate(text.TrimEnd('/') + "/", UriKind.Absolute, out var address) && address.Scheme is "https" or "http" ? address : throw new SettingException($"{setting}: \"{text}\" is no address.");
}
