using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Fairground.Fairness;
using Fairground.Verification;

namespace Fairground.Bench;

/// <summary>What a draw costs and what checking it costs, from ten thousand entries to ten million, and one check of a beacon on one core (R13). No server and no database takes part.</summary>
internal static class ProofBench
{
    private const string Lot = "0199a000-0000-7000-8000-000000000001";
    private const string Closed = "2026-01-08T00:00:00Z";

    // Round 1001 of quicknet, a public fact.
    private const long Round = 1001;
    private const string Signature = "b33bf3667cbd5a82de3a24b4e0e9fe5513cc1a0e840368c6e31f5fcfa79bea03f73896b25883abf2853d10337fb8fa41";

    public const string Usage = "bench/run proofs [10000 100000 1000000 10000000]";

    public static int Run(string[] args)
    {
        var sizes = args.Where(arg => arg.All(char.IsAsciiDigit)).Select(arg => int.Parse(arg, CultureInfo.InvariantCulture)).ToList();
        Beacon(Convert.FromHexString(Signature));
        Console.WriteLine($"{Environment.ProcessorCount} cores, .NET {Environment.Version}");
        Console.WriteLine("entries | root s | winners s | bundle s | together s | verify s | peak MB");
        foreach (var size in sizes.Count > 0 ? sizes : [10_000, 100_000, 1_000_000, 10_000_000]) Draw(size);
        return 0;
    }

    private static void Beacon(byte[] signature)
    {
        var (chain, times) = (DrandBeacon.Quicknet(30), new List<double>());
        for (var i = 0; i < 200; i++)
        {
            var began = Stopwatch.GetTimestamp();
            if (!DrandBeacon.Verify(chain, Round, signature, null)) throw new InvalidOperationException("The round does not verify.");
            times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }
        times.Sort();
        Console.WriteLine($"one check of a round of quicknet, one core: median {times[100]:F1} ms, 99th of 100 {times[197]:F1} ms");
    }

    private static void Draw(int size)
    {
        GC.Collect();
        var secret = SHA256.HashData("bench"u8);
        var terms = Terms(size, Convert.ToHexStringLower(Seed.Commitment(secret)));
        var holders = Enumerable.Range(0, Math.Max(1, size / 3)).Select(person => EntryLeaf.HolderHex(Lot, new string('0', 32), $"person-{person}")).ToArray();
        string HolderOf(int seq) => holders[(int)(seq * 2_654_435_761L % holders.Length)];
        static string NumberOf(int seq) => "N" + seq.ToString("D11", CultureInfo.InvariantCulture);

        var began = Stopwatch.GetTimestamp();
        var tree = new MerkleAccumulator();
        tree.AddAll(Enumerable.Range(1, size).Select(seq => EntryLeaf.Bytes(Lot, seq, NumberOf(seq), HolderOf(seq))));
        var root = tree.Root();
        var rooted = Stopwatch.GetElapsedTime(began);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var closing = new ClosingStatement(Lot, terms.HashHex(), size, Convert.ToHexStringLower(root), Closed, null).Sign(key, "bench");
        var places = WinnerSelection.Places(Seed.Derive(terms.Hash(), root, (ulong)size, secret), size, HolderOf, terms.Winners + terms.Reserves);
        var chosen = Stopwatch.GetElapsedTime(began);
        var keys = new Jwks(Jwk.FromKey(key, "bench"));
        var bundle = ProofBundle.Build(terms, closing, "entries.jsonl", new RevealedSecret(Convert.ToHexStringLower(secret)), places, NumberOf, keys).ToJson().ToJsonString();
        var made = Stopwatch.GetElapsedTime(began);

        // Verified as a stranger does it, from a file.
        var file = Path.GetTempFileName();
        File.WriteAllLines(file, Enumerable.Range(1, size).Select(seq => Encoding.UTF8.GetString(EntryLeaf.Bytes(Lot, seq, NumberOf(seq), HolderOf(seq)))));
        began = Stopwatch.GetTimestamp();
        var report = DrawVerifier.Verify(bundle, File.ReadLines(file));
        var verified = Stopwatch.GetElapsedTime(began);
        File.Delete(file);
        if (!report.Holds) throw new InvalidOperationException(report.Sentence);
        using var self = Process.GetCurrentProcess();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{size} | {rooted.TotalSeconds:F2} | {(chosen - rooted).TotalSeconds:F3} | {(made - chosen).TotalSeconds:F3} | {made.TotalSeconds:F2} | {verified.TotalSeconds:F2} | {self.PeakWorkingSet64 / 1_048_576}"));
    }

    private static DrawTerms Terms(int size, string commitment) => new()
    {
        Lot = Lot, Title = "Kettle", Kind = "certificates", Currency = "KZT", Price = 10_000_000, EntryPrice = 1_000, Entries = size, MaxEntriesPerPerson = 100, Winners = 10, Reserves = 90,
        OpensAt = "2026-01-01T00:00:00Z", ClosesAt = Closed, Entropy = new CommitReveal(commitment), Extra = new JsonObject(),
    };
}
