using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Fairground.Fairness;
using Fairground.Kernel;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Xunit;

namespace Fairground.Draws.Tests;

/// <summary>The outcome table says what the ledger then does.</summary>
public sealed class OutcomeTests
{
    public static TheoryData<DatabaseKind, string, int, int> Played()
    {
        var cases = new TheoryData<DatabaseKind, string, int, int>();
        foreach (var kind in new[] { DatabaseKind.Sqlite, DatabaseKind.Postgres })
        {
            foreach (var policy in new[] { "draw-anyway", "refund-all", "extend-once", "cash-alternative(33)" })
            {
                foreach (var (winners, sold) in new[] { (1, 0), (1, 1), (2, 3), (2, 4) }) cases.Add(kind, policy, winners, sold);
            }
        }
        return cases;
    }

    [Theory, MemberData(nameof(Played))]
    [Requirement("C-22")]
    public async Task TheTableIsWhatTheLedgerThenDid(DatabaseKind kind, string policy, int winners, int sold)
    {
        await using var host = await DrawsHost.Start(kind);
        var lot = await host.OpenLot(host.Asked(policy) with { Nominal = DrawsHost.Tenge(10_001), Entries = 4, Winners = winners, Reserves = 0 });
        var row = (await Table(host, lot)).At(sold);
        var buyers = new List<Guid>();
        for (var i = 0; i < sold; i++)
        {
            buyers.Add(await host.Buyer(10_001));
            Assert.Null((await host.Buy(buyers[i], lot, 1)).Refusal);
        }
        await host.Pass(TimeSpan.FromDays(3));
        await host.Pass(TimeSpan.FromDays(3));
        await host.Pass(TimeSpan.FromMinutes(1));
        var wins = await host.Reader.WinsOf(lot, DrawsHost.Ct);
        Assert.Equal(row.Winners, wins.Count);
        if (row.End == OutcomeEnd.Draw) await host.PassClaimPeriod(TimeSpan.FromDays(14));
        var state = await host.StateOf(lot);
        Assert.Equal(row.End == OutcomeEnd.Refund ? LotState.Refunded : LotState.Settled, state);
        var wallets = 0L;
        foreach (var buyer in buyers) wallets += await host.Wallet(buyer);
        Assert.Equal((row.ToShop, row.ToWinners + row.ToBuyers, 0), (await host.Payable(), wallets, await host.Escrow(lot)));
        foreach (var win in wins.Where(_ => row.End == OutcomeEnd.Cash)) Assert.InRange(await host.Wallet(win.UserId), row.Share("KZT"), row.Share("KZT") + 1);
        await host.Audit();
    }

    [Theory]
    [InlineData("refund-all", 1, "0-99 refund; 100-100 draw")]
    [InlineData("extend-once", 1, "0-99 refund; 100-100 draw")]
    [InlineData("draw-anyway", 1, "0-0 refund; 1-100 draw")]
    [InlineData("draw-anyway", 3, "0-0 refund; 1-3 draw; 4-100 draw")]
    [InlineData("cash-alternative(70)", 1, "0-0 refund; 1-99 cash; 100-100 draw")]
    [InlineData("cash-alternative(70)", 3, "0-0 refund; 1-3 cash; 4-99 cash; 100-100 draw")]
    public void ATableIsAsSmallAsItsTermsAreRegular(string policy, int winners, string pieces) =>
        Assert.Equal(pieces, string.Join("; ", LotOutcomes.Of(ALot(policy, 100, winners, 1_001)).Pieces.Select(p => $"{p.From}-{p.To} {p.End.ToString().ToLowerInvariant()}")));

    [Theory]
    [InlineData("draw-anyway", 7, 3, 1_001)]
    [InlineData("cash-alternative(33)", 57, 4, 1_001)]
    [InlineData("cash-alternative(100)", 1000, 1000, 1)]
    [InlineData("cash-alternative(1)", 2, 2, 4_503_599_627_370_495)] // factors too large for JSON: every number stands alone
    public void ThePublishedFormulasGiveEveryRowAndNothingIsLost(string policy, int entries, int winners, long nominal)
    {
        var table = LotOutcomes.Of(ALot(policy, entries, winners, nominal));
        var pieces = table.ToJson()["pieces"]!.AsArray();
        for (var sold = 0; sold <= entries; sold++)
        {
            var row = table.At(sold);
            Assert.Equal(row.Collected, row.ToShop + row.ToWinners + row.ToBuyers);
            var piece = pieces.Single(p => (long)p!["from"]! <= sold && sold <= (long)p["to"]!)!;
            Assert.Equal(row.Wire, (string)piece["outcome"]!);
            long Figure(string name) => piece["figures"]![name] is JsonArray f ? (long)(((Int128)(long)f[0]! + (Int128)(long)f[1]! * sold) / ((long)f[2]! + (Int128)(long)f[3]! * sold)) : 0;
            Assert.Equal(
                (row.Collected, row.ToBuyers, row.Winners, row.ToShop, row.Share("KZT")),
                (Figure("collected"), sold * Figure("refund"), Figure("winners"), Figure("seller"), Figure("winnerGets")));
            // What does not divide evenly goes to the first winners, a minor unit each.
            Assert.InRange(row.ToWinners - row.Winners * Figure("winnerGets"), 0, Math.Max(0, row.Winners - 1));
        }
    }

    [Fact]
    public void AMillionCertificatesMakeASmallTable()
    {
        var table = LotOutcomes.Of(ALot("cash-alternative(70)", 1_000_000, 5, 9_000_000));
        Assert.Equal(4, table.Pieces.Count);
        Assert.InRange(CanonicalJson.Serialize(table.ToJson()).Length, 1, 2_000);
        Assert.Equal((1_000_000, 9_000_000_000_000), (table.At(1_000_000).Sold, table.At(1_000_000).ToShop));
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task TheHashOfThePublishedTextStandsInTheTerms(DatabaseKind kind)
    {
        await using var host = await DrawsHost.Start(kind);
        var draft = await host.In<LotDrafts, Result<Lot>>(d => d.Create(DrawsHost.As(DrawsHost.Seller), host.Asked("cash-alternative(70)"), DrawsHost.Ct));
        var id = draft.Value.Id;
        // A draft is nobody else's business; its preview is what will be published.
        Assert.Equal("lot.not_found", (await host.In<Outcomes, Result<FoundOutcomes>>(o => o.Find(DrawsHost.As(Ids.New()), id, DrawsHost.Ct))).Refusal!.Code);
        var preview = (await host.In<Outcomes, Result<FoundOutcomes>>(o => o.Find(DrawsHost.As(DrawsHost.Seller), id, DrawsHost.Ct))).Value.Hash();
        await host.In<LotOpening, Result<Lot>>(o => o.Open(DrawsHost.As(DrawsHost.Seller), id, DrawsHost.Ct));
        var lot = await host.In<DrawsContext, Lot>(c => c.Lots.FindAsync([id], DrawsHost.Ct).AsTask()!);
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(lot.OutcomesJson!)));
        var inTerms = CanonicalJson.Parse(lot.TermsJson!)!["outcomes"]!.GetValue<string>();
        Assert.Equal((preview, preview), (hash, inTerms));
        var anyone = await host.In<Outcomes, Result<FoundOutcomes>>(o => o.Find(DrawsHost.As(Ids.New()), id, DrawsHost.Ct));
        Assert.Equal(lot.OutcomesJson, CanonicalJson.Text(anyone.Value.Document));
        await host.Audit();
    }

    private static async Task<LotOutcomes> Table(DrawsHost host, Guid lot) =>
        (await host.In<Outcomes, Result<FoundOutcomes>>(o => o.Find(DrawsHost.As(Ids.New()), lot, DrawsHost.Ct))).Value.Table!;

    private static Lot ALot(string policy, int entries, int winners, long nominal)
    {
        Assert.True(UnsoldPolicies.TryParse(policy, out var read, out var percent));
        return new Lot
        {
            Id = Ids.New(), Kind = Lot.Certificates, Title = "Kettle", Currency = "KZT", Price = 100_000, Nominal = nominal, Entries = entries, Winners = winners,
            Cap = entries, Policy = read, CashPercent = percent ?? 70, Entropy = CommitReveal.Source, ClosesAt = DateTimeOffset.UnixEpoch.AddDays(1), DrawDelaySeconds = 60, ClaimSeconds = 259_200,
        };
    }
}
