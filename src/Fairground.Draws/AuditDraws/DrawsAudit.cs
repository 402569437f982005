using Fairground.Fairness;
using Fairground.Kernel.Modules;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Fairground.Draws;

/// <summary>What must always hold for lots; part of <c>fairground doctor</c> and the last line of every scenario.</summary>
internal sealed class DrawsAudit(DrawsReader reader, IServiceScopeFactory scopes) : IAuditCheck
{
    private const string EscrowPurpose = "draws.escrow";

    private static readonly (string Check, string Text, string Sql)[] Checks =
    [
        ("I5 sold", "for each lot the certificates sold are those recorded, numbered 1 to N without a gap",
            """
            select s.lot_id, s.sold from draws_sale s left join (
                select lot_id, count(*) as n, max(seq) as last, min(seq) as first from draws_certificate group by lot_id) c on c.lot_id = s.lot_id
            where s.sold <> coalesce(c.n, 0) or s.sold <> coalesce(c.last, 0) or coalesce(c.first, 1) <> 1 or s.sold > s.entries
            """),
        ("I5 holdings", "what people hold of a lot adds up to what was sold",
            """
            select s.lot_id, s.sold from draws_sale s left join (select lot_id, sum(count) as n from draws_holding group by lot_id) h on h.lot_id = s.lot_id
            where s.sold <> coalesce(h.n, 0)
            """),
        ("I5 holders", "each holding is the certificates of that person",
            """
            select h.lot_id, h.count from draws_holding h left join (
                select lot_id, user_id, count(*) as n from draws_certificate group by lot_id, user_id) c on c.lot_id = h.lot_id and c.user_id = h.user_id
            where h.count <> coalesce(c.n, 0)
            """),
        ("I5 caps", "nobody holds more of a lot than its terms allow",
            "select h.lot_id, h.count from draws_holding h join draws_sale s on s.lot_id = h.lot_id where h.count > s.cap"),
        ("I5 numbers", "no number stands twice in a lot",
            "select lot_id, count(*) from draws_certificate group by lot_id, number having count(*) > 1"),
        ("I9 calls", "reserves were called in their order, each once, and each instead of a place that fell out",
            """
            select c.lot_id, c.place from draws_call c
            left join draws_win w on w.lot_id = c.lot_id and w.place = c.place
            left join draws_win o on o.lot_id = c.lot_id and o.place = c.instead
            join draws_sale s on s.lot_id = c.lot_id
            where w.state is null or w.state = 0 or o.state is null or o.state not in (3, 7, 8) or c.instead >= c.place or c.place >= s.next_place
               or (select count(*) from draws_call b where b.lot_id = c.lot_id and b.instead = c.instead) <> 1
            """),
        ("I9 contacts", "no prize lapsed before its winner was reached as often as the terms say",
            "select w.lot_id, w.place from draws_win w left join (select win_id, count(*) as n from draws_contact group by win_id) c on c.win_id = w.id where (w.state in (3, 8) and w.contacts < 3) or (c.n is not null and c.n <> w.contacts)"),
        ("I9 switches", "a draw stands at the last step of its fail-over that the closing log has",
            """
            select s.lot_id, s.step from draws_sale s left join (select lot_id, max(step) as step from draws_closing_log group by lot_id) l on l.lot_id = s.lot_id
            where s.step <> coalesce(l.step, 0)
            """),
        ("I8 escrow", "a living lot holds what was collected, an ended one holds nothing",
            $"""
            select s.lot_id, coalesce(a.balance, 0) from draws_sale s left join ledger_account a on a.party = s.lot_id and a.purpose = '{EscrowPurpose}'
            where s.kind = 0 and ((s.state in (1, 2, 3, 4, 5) and coalesce(a.balance, 0) <> s.nominal * s.sold) or (s.state in (0, 6, 8) and coalesce(a.balance, 0) <> 0))
            """),
        ("I8 refunds", "a lot being refunded holds what is still to be given back",
            $"""
            select s.lot_id, coalesce(a.balance, 0) from draws_sale s
            left join ledger_account a on a.party = s.lot_id and a.purpose = '{EscrowPurpose}'
            left join (select lot_id, sum(count) as n from draws_holding where settled = 0 group by lot_id) h on h.lot_id = s.lot_id
            where s.kind = 0 and s.state = 7 and coalesce(a.balance, 0) <> s.nominal * coalesce(h.n, 0)
            """),
    ];

    public async Task<IReadOnlyList<AuditFinding>> Run(CancellationToken ct)
    {
        var findings = new List<AuditFinding>();
        foreach (var (check, text, sql) in Checks) findings.Add(await One(check, text, sql, ct));
        findings.Add(await Numbers(ct));
        findings.Add(await Log(ct));
        findings.Add(await Drawn(ct));
        return findings;
    }

    // One statement is one snapshot on both engines, so sales may go on meanwhile.
    private async Task<AuditFinding> One(string check, string text, string sql, CancellationToken ct)
    {
        var bad = await reader.List(sql, r => $"lot {r.Uuid(0)}: {r.Long(1)}", ct);
        return Finding(check, text, bad);
    }

    private async Task<AuditFinding> Numbers(CancellationToken ct)
    {
        var bad = new List<string>();
        await foreach (var (lot, number) in reader.Stream("select lot_id, number from draws_certificate", r => (r.Uuid(0), r.Text(1)), ct))
        {
            if (!CertificateNumber.IsValid(number)) bad.Add($"lot {lot}: {number}");
        }
        return Finding("C-15 numbers", "every number has its right check character", bad);
    }

    private async Task<AuditFinding> Log(CancellationToken ct)
    {
        var lines = await reader.List("select line from draws_closing_log order by line_no", r => r.Text(0), ct);
        var (check, head) = (ClosingLog.Verify(lines), await reader.LogHead(ct));
        var end = lines.Count == 0 ? ClosingLogLine.NoPrevious : check.Ok ? ClosingLogLine.Parse(lines[^1]).Hash() : "";
        if (check.Ok && (head.NextLine < lines.Count || (head.NextLine == lines.Count && head.Hash != end)))
            return new AuditFinding("closing log", false, "the signed head of the closing log is not that of its last line");
        return new AuditFinding("closing log", check.Ok, check.Sentence);
    }

    private async Task<AuditFinding> Drawn(CancellationToken ct)
    {
        var bad = new List<string>();
        var drawn = await reader.List(
            $"select {DrawsTables.SaleList} from draws_sale s where s.state in ({(int)LotState.Drawn}, {(int)LotState.Settled})", DrawsTables.ReadSale, ct);
        await using var scope = scopes.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<DrawsContext>();
        var drawing = scope.ServiceProvider.GetRequiredService<Drawing>();
        var freezer = scope.ServiceProvider.GetRequiredService<EntryFreezer>();
        foreach (var sale in drawn)
        {
            var terms = LotTerms.Read(await context.Lots.AsNoTracking().FirstAsync(l => l.Id == sale.LotId, ct));
            var root = await freezer.Root(sale, ct);
            var randomness = (await reader.Beacon(sale.LotId, ct))?.Randomness ?? sale.Secret;
            var places = randomness is null ? [] : await drawing.Places(sale, terms, randomness, ct);
            var wins = await reader.WinsOf(sale.LotId, ct);
            var same = wins.Select(w => (w.Seq, w.Number, w.UserId)).SequenceEqual(places.Select(p => (p.Seq, p.Number, p.UserId)));
            if (!same || !root.AsSpan().SequenceEqual(sale.Root) || terms.HashHex() != Convert.ToHexStringLower(sale.TermsHash!)) bad.Add($"lot {sale.LotId}");
        }
        return Finding("I9 draws", $"each of {drawn.Count} draws gives the same places when it is computed again", bad);
    }

    private static AuditFinding Finding(string check, string text, List<string> bad) =>
        new(check, bad.Count == 0, bad.Count == 0 ? text : $"{text}: {bad.Count} do not ({string.Join("; ", bad.Take(5))})");
}
