using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Fairground.Fairness.Tests;

/// <summary>A whole honest draw of 40 entries in the hands of 12 people, which the tests then tamper with.</summary>
internal sealed class TestDraw
{
    public const string Lot = "0199a000-0000-7000-8000-000000000001";
    public const string Kid = "2026-01";
    private const string Salt = "000102030405060708090a0b0c0d0e0f";

    public ECDsa Key { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public byte[] Secret { get; } = SHA256.HashData("a secret"u8);

    public DrawTerms Terms { get; }

    public List<string> Entries { get; } = [];

    public ClosingStatement Closing { get; }

    public string ClosingJws { get; }

    public ProofBundle Bundle { get; }

    public TestDraw(Entropy? entropy = null, Beacon? beacon = null, byte[]? randomness = null)
    {
        var source = entropy ?? new CommitReveal(Convert.ToHexStringLower(Seed.Commitment(Secret)));
        Terms = TermsWith(source);
        for (var seq = 1; seq <= 40; seq++) Entries.Add(Leaf(seq, Number(seq), Person(seq)));
        var leaves = Entries.Select(Encoding.UTF8.GetBytes).ToList();
        var root = MerkleTree.Root(leaves);
        const string closedAt = "2026-01-08T00:00:00Z";
        var round = source is DrandEntropy drand ? drand.RoundFor(closedAt, Terms.DrawsAt) : (long?)null;
        Closing = new ClosingStatement(Lot, Terms.HashHex(), 40, Convert.ToHexStringLower(root), closedAt, round);
        ClosingJws = Closing.Sign(Key, Kid);
        var seed = Seed.Derive(Terms.Hash(), root, 40, randomness ?? Secret);
        var places = WinnerSelection.Places(seed, 40, seq => Holder(Person(seq)), 2 + 3);
        Bundle = ProofBundle.Build(
            Terms, ClosingJws, "entries.jsonl", beacon ?? new RevealedSecret(Convert.ToHexStringLower(Secret)), places, Number, Keys);
    }

    public Jwks Keys => new(Jwk.FromKey(Key, Kid));

    public List<string> Log()
    {
        var other = new ClosingStatement("another", Terms.HashHex(), 0, Closing.Root, "2026-01-07T00:00:00Z", null).Sign(Key, Kid);
        var first = ClosingLogLine.After(null, "2026-01-07T00:00:01Z", other);
        var second = ClosingLogLine.After(first, "2026-01-08T00:00:01Z", ClosingJws);
        var third = ClosingLogLine.After(second, "2026-01-09T00:00:01Z", other);
        return [first.ToLine(), second.ToLine(), third.ToLine()];
    }

    public Receipt ReceiptFor(int seq) =>
        new(Lot, Terms.HashHex(), "purchase-1", Holder(Person(seq)), [new ReceiptEntry(seq, Number(seq))], "2026-01-02T00:00:00Z");

    public VerificationReport Verify(ProofBundle? bundle = null, IEnumerable<string>? entries = null, VerifierOptions? options = null) =>
        Verifier.Verify(bundle ?? Bundle, entries ?? Entries, options ?? new VerifierOptions { TrustedJwks = Keys });

    public static string Leaf(int seq, string number, string person) =>
        Encoding.UTF8.GetString(EntryLeaf.Bytes(Lot, seq, number, EntryLeaf.Holder(Lot, Salt, person)));

    public static string Holder(string person) => EntryLeaf.HolderHex(Lot, Salt, person);

    public static string Number(int seq) => CertificateNumber.FromRandom(SHA256.HashData(BitConverter.GetBytes(seq)));

    public static string Person(int seq) => "person-" + (seq * 7 % 12);

    public static DrawTerms TermsWith(Entropy entropy) => new()
    {
        Lot = Lot,
        Title = "Чайник «Заря»",
        Kind = "certificates",
        Currency = "KZT",
        Price = 10_000_000,
        EntryPrice = 250_000,
        Entries = 40,
        MaxEntriesPerPerson = 5,
        Winners = 2,
        Reserves = 3,
        OpensAt = "2026-01-01T00:00:00Z",
        ClosesAt = "2026-01-08T00:00:00Z",
        Entropy = entropy,
        Extra = new JsonObject { ["unsoldPolicy"] = "draw-anyway" },
    };
}
