using System.Text.Json.Nodes;
using Fairground.Fairness;
using Fairground.Kernel;
using Fairground.Kernel.Storage;
using Fairground.Testing;
using Fairground.Ui;
using Fairground.Verification;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Fairground.Draws.Tests;

/// <summary>"Proved" is said only after the server has recomputed the draw from what it publishes.</summary>
[Requirement("C-23")]
public sealed class ProofCheckTests
{
    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task ADrawIsProvedOnceItWasRecomputedAndNotBefore(DatabaseKind kind)
    {
        await using var host = await DrawsHost.Start(kind);
        var lot = await Drawn(host);
        var before = await View(host, lot);
        Assert.Null(before.ProofCheck);
        Assert.Equal(ProofState.CheckYourself, LotWords.Badge(before));
        host.Clock.Now += TimeSpan.FromSeconds(5);
        await host.Get<ProofCheckWorker>().Turn(DrawsHost.Ct);
        var after = await View(host, lot);
        Assert.Equal((ProofCheckView.Proved, host.Clock.Now), (after.ProofCheck!.State, after.ProofCheck.CheckedAt));
        Assert.Equal(ProofState.Proved, LotWords.Badge(after));
        // Terms, keys, signature, terms of the closing, entries, limits, size, root, entropy, winners, reserves, log: none left out.
        Assert.True(after.ProofCheck.Checks >= 12, $"{after.ProofCheck.Checks} checks");
        Assert.Empty(await Due(host));
        // At settlement it is done again.
        await host.PassClaimPeriod(TimeSpan.FromDays(14));
        await host.PassClaimPeriod(TimeSpan.FromDays(14));
        await host.PassClaimPeriod(TimeSpan.FromDays(14));
        Assert.Equal(LotState.Settled, await host.StateOf(lot));
        Assert.Equal([lot], await Due(host));
        await host.Get<ProofCheckWorker>().Turn(DrawsHost.Ct);
        Assert.Equal(host.Clock.Now, (await View(host, lot)).ProofCheck!.CheckedAt);
        Assert.Empty(await Due(host));
        await host.Audit();
    }

    [Theory, MemberData(nameof(TestDatabase.Engines), MemberType = typeof(TestDatabase))]
    public async Task AResultThatWasTamperedWithIsNotProvedAndLosesTheBadge(DatabaseKind kind)
    {
        await using var host = await DrawsHost.Start(kind);
        var lot = await Drawn(host);
        await host.Get<ProofCheckWorker>().Turn(DrawsHost.Ct);
        Assert.Equal(ProofState.Proved, LotWords.Badge(await View(host, lot)));
        // Somebody with the database in hand makes another certificate win.
        var won = (await host.Reader.WinsOf(lot, DrawsHost.Ct))[0];
        var (seq, number) = (await host.Reader.List("select seq, number from draws_certificate where lot_id = @lot and seq <> @seq", r => (r.Int(0), r.Text(1)), DrawsHost.Ct, ("@lot", lot), ("@seq", won.Seq)))[0];
        object id = kind == DatabaseKind.Sqlite ? won.Id.ToByteArray(true) : won.Id;
        await host.In<DrawsContext, int>(c => c.Database.ExecuteSqlAsync($"update draws_win set seq = {seq}, number = {number} where id = {id}", DrawsHost.Ct));
        var check = await host.In<ProofChecks, Result<ProofCheck>>(c => c.Check(lot, DrawsHost.Ct));
        Assert.False(check.Value.Holds);
        Assert.True(check.Value.Failed > 0);
        var view = await View(host, lot);
        Assert.Equal(ProofCheckView.Failed, view.ProofCheck!.State);
        Assert.Equal(ProofState.CheckYourself, LotWords.Badge(view));
        Assert.Contains("does not hold", view.ProofCheck.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EveryTamperedDocumentLeavesTheDrawUnproved()
    {
        await using var host = await DrawsHost.Start(DatabaseKind.Sqlite);
        var lot = await Drawn(host);
        var bundle = (await host.In<DrawProofs, Result<ProofBundle>>(p => p.Bundle(lot, "entries.txt", DrawsHost.Ct))).Value.ToJson();
        var lines = new List<string>();
        await foreach (var (seq, number, holder) in host.Reader.Entries(lot, DrawsHost.Ct)) lines.Add(System.Text.Encoding.UTF8.GetString(EntryLeaf.Bytes(lot.ToString(), seq, number, holder)));
        var log = await host.Reader.List("select line from draws_closing_log order by line_no", r => r.Text(0), DrawsHost.Ct);
        var keys = host.Get<ProofSigner>().Jwks;
        var table = (await host.In<DrawsContext, Lot>(c => c.Lots.FindAsync([lot], DrawsHost.Ct).AsTask()!)).OutcomesJson!;
        async Task<bool> Proves(Action<JsonNode>? change = null, IEnumerable<string>? entries = null, IReadOnlyList<string>? logged = null, Jwks? trusted = null, string? outcomes = null)
        {
            var copy = bundle.DeepClone();
            change?.Invoke(copy);
            var evidence = new Evidence { Log = logged ?? log, TrustedKeys = (trusted ?? keys).ToJson().ToJsonString(), Outcomes = outcomes ?? table };
            return ProofCheck.Proves(await ProofChecks.Verify(copy.ToJsonString(), (entries ?? lines).ToAsyncEnumerable(), evidence, DrawsHost.Ct));
        }
        Assert.True(await Proves());
        Assert.False(await Proves(b => b["winners"]![0]!["number"] = (string)b["reserves"]![0]!["number"]!));
        Assert.False(await Proves(b => b["terms"]!["title"] = "Another kettle"));
        Assert.False(await Proves(b => b["winners"] = new JsonArray()));
        Assert.False(await Proves(entries: lines.Skip(1)));
        Assert.False(await Proves(entries: lines.Select(l => l == lines[^1] ? l.Replace("\"holder\":\"", "\"holder\":\"0", StringComparison.Ordinal) : l)));
        Assert.False(await Proves(logged: []));
        Assert.False(await Proves(outcomes: table.Replace("\"draw\"", "\"cash\"", StringComparison.Ordinal)));
        Assert.False(await Proves(trusted: Jwks.Parse(new JsonObject { ["keys"] = new JsonArray() })));
    }

    private static async Task<Guid> Drawn(DrawsHost host)
    {
        var lot = await host.OpenLot(host.Asked());
        for (var i = 0; i < 5; i++) await host.Buy(await host.Buyer(20_000), lot, 2);
        await host.Settle();
        await host.Pass(TimeSpan.FromMinutes(1));
        Assert.Equal(LotState.Drawn, await host.StateOf(lot));
        return lot;
    }

    private static async Task<LotView> View(DrawsHost host, Guid lot) => (await host.In<LotViews, Result<LotView>>(v => v.Find(DrawsHost.As(Ids.New()), lot, DrawsHost.Ct))).Value;

    private static Task<List<Guid>> Due(DrawsHost host) => host.In<ProofChecks, List<Guid>>(c => c.Due(10, DrawsHost.Ct));
}
