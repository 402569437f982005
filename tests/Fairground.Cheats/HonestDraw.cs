using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Fairground.Fairness;

namespace Fairground.Cheats;

/// <summary>A whole honest draw of 40 entries in the hands of 12 people, by any source of randomness, with all that is published of it. A cheat changes some of it.</summary>
public sealed class HonestDraw : IDisposable
{
    public const string Lot = "0199a000-0000-7000-8000-000000000001";
    public const string Kid = "2026-01";
    public const string Salt = "000102030405060708090a0b0c0d0e0f";
    public const int Size = 40;

    /// <summary>The real round of quicknet that decides where drand does.</summary>
    public const long Round = 1001;

    /// <summary>The real round that decides where the default chain does.</summary>
    public const long ChainedRound = 367;

    public HonestDraw(Func<HonestDraw, (Entropy Entropy, string ClosedAt)>? source = null)
    {
        Table = new OutcomeTable("KZT", 10_000_000, 250_000, Size, 2,
        [
            new(0, 0, "refund", new Dictionary<string, OutcomeFigure>()),
            new(1, Size, "draw", new Dictionary<string, OutcomeFigure>
            {
                ["collected"] = OutcomeFigure.PerEntry(250_000), ["winners"] = OutcomeFigure.Constant(2), ["seller"] = OutcomeFigure.PerEntry(250_000),
            }),
        ]);
        var (entropy, closedAt) = source?.Invoke(this) ?? (new CommitReveal(Convert.ToHexStringLower(Seed.Commitment(Secret))), "2026-01-08T00:00:00Z");
        Terms = TermsWith(entropy, closedAt) with { Outcomes = Table.HashHex() };
        for (var seq = 1; seq <= Size; seq++) Entries.Add(Leaf(seq, Number(seq), Person(seq)));
        Close(closedAt);
        var (beacon, randomness) = entropy switch
        {
            CommitReveal => (new RevealedSecret(Convert.ToHexStringLower(Secret)), Secret),
            DrandEntropy { Scheme: DrandBeacon.Chained } => (Facts.DefaultChain(ChainedRound), Convert.FromHexString(Facts.DefaultChain(ChainedRound).Randomness)),
            DrandEntropy { Commitment: null } => (DrandRound(Round), SHA256.HashData(Convert.FromHexString(Facts.Quicknet(Round)))),
            DrandEntropy => ((Beacon)(DrandRound(Round) with { Secret = Convert.ToHexStringLower(Secret) }), Seed.Mix(SHA256.HashData(Convert.FromHexString(Facts.Quicknet(Round))), Secret)),
            _ => NistPulse(),
        };
        Draw(beacon, randomness);
    }

    /// <summary>Decided by round 1001 of quicknet.</summary>
    public static HonestDraw ByDrand() => new(_ => (DrandBeacon.Quicknet(30), DrandClosing));

    /// <summary>Decided by round 367 of the default chain, whose rounds are chained.</summary>
    public static HonestDraw ByDefaultChain() => new(_ => (DrandBeacon.Default(30), ProofTime.Format(DateTimeOffset.FromUnixTimeSeconds(1_595_431_050 + (ChainedRound - 1) * 30 - 30))));

    /// <summary>By round 1001, with the operator's secret mixed in.</summary>
    public static HonestDraw Mixed() => new(draw => (DrandBeacon.Quicknet(30) with { Commitment = Convert.ToHexStringLower(Seed.Commitment(draw.Secret)) }, DrandClosing));

    /// <summary>Decided by a real pulse of NIST, of 2018-08-30T17:44:00Z.</summary>
    public static HonestDraw ByNist() => new(_ => (new NistEntropy("https://beacon.nist.gov/beacon/2.0", 1, (string)Facts.Pulse(54610)["certificateId"]!, 60, 30), NistClosing));

    /// <summary>Round 1001 could not be had: after an hour a beacon of the tests' own takes its place, ten minutes later its pulse decides.</summary>
    public static HonestDraw FailedOver(string? switchAt = null, string? loggedAt = null, long pulsesLater = 0) => FailedOver(DrandBeacon.Quicknet(30), DrandClosing, switchAt, loggedAt, pulsesLater);

    /// <summary>The pulse of NIST of 2018-08-30T17:44:00Z could not be had; as above.</summary>
    public static HonestDraw FailedOverFromNist() => FailedOver(new NistEntropy("https://beacon.nist.gov/beacon/2.0", 1, (string)Facts.Pulse(54610)["certificateId"]!, 60, 30), NistClosing);

    private static HonestDraw FailedOver(BeaconEntropy first, string closing, string? switchAt = null, string? loggedAt = null, long pulsesLater = 0)
    {
        var beacon = new OwnBeacon();
        var draw = new HonestDraw(_ => (first with { Failover = [new FailoverStep(3600, beacon.Source(600)), new FailoverStep(86_400, null)] }, closing)) { owned = beacon };
        var terms = (BeaconEntropy)draw.Terms.Entropy;
        draw.Switch(1, switchAt ?? ProofTime.Format(DateTimeOffset.FromUnixTimeSeconds(terms.StepDueFor(1, closing, null))), loggedAt);
        var earliest = terms.StepEarliestFor(1, closing, null);
        var (pulse, previous) = beacon.At(beacon.Source(600).DueAtOrAfter(earliest) + 60 * pulsesLater);
        var randomness = NistBeacon.Randomness(pulse);
        draw.Draw(new BeaconPulse(pulse, previous, beacon.Pem, Convert.ToHexStringLower(randomness)), randomness);
        return draw;
    }

    private const string NistClosing = "2018-08-30T17:43:10Z";

    /// <summary>When a draw by round 1001 closes: its genesis, 1000 periods and less the delay.</summary>
    public static string DrandClosing { get; } = ProofTime.Format(DateTimeOffset.FromUnixTimeSeconds(1_692_803_367 + 1000 * 3 - 30));

    private OwnBeacon? owned;

    public ECDsa Key { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public Jwks Keys => new(Jwk.FromKey(Key, Kid));

    public byte[] Secret { get; } = SHA256.HashData("a secret"u8);

    public OutcomeTable Table { get; }

    public DrawTerms Terms { get; set; }

    public List<string> Entries { get; } = [];

    public ClosingStatement Closing { get; set; } = null!;

    public List<ClosingLogLine> Log { get; } = [];

    public ProofBundle Bundle { get; set; } = null!;

    public byte[] Randomness { get; private set; } = [];

    public void Dispose()
    {
        owned?.Dispose();
        Key.Dispose();
    }

    /// <summary>Freezes the entries as they are and signs for it; the log gets a line of another lot before and one of this lot.</summary>
    public void Close(string closedAt)
    {
        Closing = new ClosingStatement(Lot, Terms.HashHex(), Entries.Count, Root(Entries), closedAt, Terms.Entropy is DrandEntropy drand ? drand.RoundFor(closedAt, Terms.DrawsAt) : null);
        if (Log.Count == 0) Append(new ClosingStatement("another", Terms.HashHex(), 0, Closing.Root, closedAt, null).Sign(Key, Kid), closedAt);
        Append(Closing.Sign(Key, Kid), After(closedAt, 1));
    }

    /// <summary>Signs a switch and logs it.</summary>
    public void Switch(int step, string at, string? loggedAt = null)
    {
        var jws = new SwitchStatement(Lot, Terms.HashHex(), Closing.Root, step, at).Sign(Key, Kid);
        Append(jws, loggedAt ?? After(at, 1), isSwitch: true);
        Bundle = Bundle with { Switches = [.. Bundle.Switches, jws] };
    }

    public void Append(string jws, string at, bool isSwitch = false) => Log.Add(ClosingLogLine.After(Log.LastOrDefault(), at, jws, isSwitch));

    /// <summary>Computes the places and makes the bundle.</summary>
    public void Draw(Beacon beacon, byte[] randomness)
    {
        Randomness = randomness;
        var seed = Seed.Derive(Terms.Hash(), Convert.FromHexString(Closing.Root), (ulong)Entries.Count, randomness);
        var leaves = Entries.Select(EntryLeaf.Parse).ToList();
        var places = WinnerSelection.Places(seed, leaves.Count, seq => leaves[seq - 1].Holder, Terms.Winners + Terms.Reserves);
        var switches = Bundle?.Switches ?? [];
        Bundle = ProofBundle.Build(Terms, Closing.Sign(Key, Kid), "entries.jsonl", beacon, places, seq => leaves[seq - 1].Number, Keys) with { Switches = switches };
    }

    public static BeaconRound DrandRound(long round) => new(round, Facts.Quicknet(round), Convert.ToHexStringLower(SHA256.HashData(Convert.FromHexString(Facts.Quicknet(round)))));

    public Receipt ReceiptFor(int seq) => new(Lot, Terms.HashHex(), "purchase-1", Holder(Person(seq)), [new ReceiptEntry(seq, Number(seq))], Terms.OpensAt);

    public string Head(int lines, string at) => ClosingLogHead.After(lines == 0 ? null : Log[lines - 1], at).Sign(Key, Kid);

    /// <summary>All that is published, and a receipt.</summary>
    public DrawFiles Files() => new()
    {
        Bundle = Bundle.ToJson(),
        Entries = [.. Entries],
        Keys = Keys.ToJson(),
        Log = [.. Log.Select(line => line.ToLine())],
        Heads = [Head(1, Log[0].At), Head(Log.Count, Log[^1].At)],
        Receipt = ReceiptFor(5).Sign(Key, Kid),
        Outcomes = Table.ToJson(),
    };

    public static string Root(IEnumerable<string> entries) => Convert.ToHexStringLower(MerkleTree.Root([.. entries.Select(Encoding.UTF8.GetBytes)]));

    public static string Leaf(int seq, string number, string person, string salt = Salt) => Encoding.UTF8.GetString(EntryLeaf.Bytes(Lot, seq, number, EntryLeaf.Holder(Lot, salt, person)));

    public static string Holder(string person) => EntryLeaf.HolderHex(Lot, Salt, person);

    public static string Number(int seq) => CertificateNumber.FromRandom(SHA256.HashData(BitConverter.GetBytes(seq)));

    public static string Person(int seq) => "person-" + (seq * 7 % 12);

    public static string After(string time, int seconds) => ProofTime.Format(ProofTime.Parse(time).AddSeconds(seconds));

    private static (Beacon, byte[]) NistPulse()
    {
        var (pulse, previous) = (Facts.Pulse(54610), Facts.Pulse(54609));
        var randomness = NistBeacon.Randomness(pulse);
        return (new BeaconPulse(pulse, previous, Facts.Certificate(pulse), Convert.ToHexStringLower(randomness)), randomness);
    }

    public static DrawTerms TermsWith(Entropy entropy, string closedAt = "2026-01-08T00:00:00Z") => new()
    {
        Lot = Lot,
        Title = "Чайник «Заря»",
        Kind = "certificates",
        Currency = "KZT",
        Price = 10_000_000,
        EntryPrice = 250_000,
        Entries = Size,
        MaxEntriesPerPerson = 5,
        Winners = 2,
        Reserves = 3,
        OpensAt = ProofTime.Format(ProofTime.Parse(closedAt).AddDays(-7)),
        ClosesAt = closedAt,
        Entropy = entropy,
        Extra = new JsonObject { ["unsoldPolicy"] = "draw-anyway" },
    };
}
