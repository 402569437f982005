using Fairground.Kernel.Modules;

namespace Fairground.Draws;

/// <summary>What must always hold for two-stage lots; part of <c>fairground doctor</c> and the last line of every scenario.</summary>
internal sealed class TwoStageAudit(DrawsReader reader) : IAuditCheck
{
    private const string Held = "select lot_id, sum(count) as n from draws_holding where settled = 0 group by lot_id";

    // Delivered buyers whose turn has not come: they keep one application where losers are paid back, and no share of a deposit.
    private const string Delivered = """
        select h.lot_id, count(*) as buyers, sum(h.count) as n from draws_holding h join draws_win w on w.lot_id = h.lot_id and w.user_id = h.user_id and w.state = 2 where h.settled = 0 group by h.lot_id
        """;

    private static readonly (string Check, string Text, string Sql)[] Checks =
    [
        ("D escrow", "a two-stage lot holds its first and second payments until its settlement, and after it what is still to be paid back",
            $"""
            select x.lot_id, x.balance from (
                select s.lot_id, coalesce(a.balance, 0) as balance,
                    case
                        when s.state = 7 and t.mode <> 1 then s.nominal * coalesce(h.n, 0)
                        when s.state = 5 and t.paying_out = 1 then t.back_each * coalesce(h.n, 0) - case when t.mode = 2 then t.back_each * coalesce(d.buyers, 0) else 0 end
                        when s.state = 5 and t.captured = 0 and t.mode = 1 then coalesce(a.balance, 0)
                        when s.state in (1, 2, 3, 4) and t.mode = 1 then 0
                        when s.state in (1, 2, 3, 4, 5) then s.nominal * s.sold + coalesce(p.paid, 0)
                        else 0
                    end as expected
                from draws_sale s join draws_two_stage t on t.lot_id = s.lot_id
                left join ledger_account a on a.party = s.lot_id and a.purpose = 'draws.escrow'
                left join ({Held}) h on h.lot_id = s.lot_id
                left join ({Delivered}) d on d.lot_id = s.lot_id
                left join (select lot_id, sum(amount) as paid from draws_second_payment where paid_at is not null group by lot_id) p on p.lot_id = s.lot_id
            ) x where x.balance <> x.expected
            """),
        ("D deposit", "a deposit is with the operator until its lot ends, and then gone but for what is still to be shared",
            $"""
            select x.lot_id, x.balance from (
                select s.lot_id, coalesce(a.balance, 0) as balance,
                    case when t.deposit_state = 1 then t.deposit when t.paying_out = 1 then t.deposit_each * (coalesce(h.n, 0) - coalesce(d.n, 0)) else 0 end as expected
                from draws_sale s join draws_two_stage t on t.lot_id = s.lot_id
                left join ledger_account a on a.party = s.lot_id and a.purpose = 'draws.seller_deposit'
                left join ({Held}) h on h.lot_id = s.lot_id
                left join ({Delivered}) d on d.lot_id = s.lot_id
            ) x where x.balance <> x.expected
            """),
        ("D published", "no two-stage lot was published without its deposit",
            "select s.lot_id, s.state from draws_sale s join draws_two_stage t on t.lot_id = s.lot_id where s.terms_hash is not null and t.deposit_state = 0"),
        ("D applicants", "the applicants shown are the people who paid",
            "select t.lot_id, t.applicants from draws_two_stage t left join (select lot_id, count(*) as n from draws_holding group by lot_id) h on h.lot_id = t.lot_id where t.applicants <> coalesce(h.n, 0)"),
        ("D units", "each unit has one buyer at the most, and only candidates, buyers and those who fell out were asked to pay",
            """
            select p.lot_id, p.unit from draws_second_payment p join draws_two_stage t on t.lot_id = p.lot_id left join draws_win w on w.id = p.win_id
            where p.unit < 0 or p.unit >= t.quantity or w.state is null or w.state not in (2, 5, 6, 7, 8, 9) or w.user_id <> p.user_id
               or (p.paid_at is not null) <> (w.state in (2, 6, 9))
               or (select count(*) from draws_second_payment o join draws_win v on v.id = o.win_id where o.lot_id = p.lot_id and o.unit = p.unit and v.state in (2, 5, 6, 9)) > 1
            """),
        ("D seller", "of a settled lot the seller has netted exactly the price of each delivered unit",
            """
            select t.lot_id, coalesce(l.n, 0) from draws_two_stage t join draws_sale s on s.lot_id = t.lot_id
            left join (select reference, sum(amount) as n from ledger_transfer where movement = 232 group by reference) l on l.reference = t.lot_id
            where s.state = 6 and coalesce(l.n, 0) <> t.price * t.delivered
            """),
    ];

    public async Task<IReadOnlyList<AuditFinding>> Run(CancellationToken ct)
    {
        var findings = new List<AuditFinding>();
        foreach (var (check, text, sql) in Checks) findings.Add(Finding(check, text, await reader.List(sql, r => $"lot {r.Uuid(0)}: {r.Long(1)}", ct)));
        findings.Add(await Lots(ct));
        findings.Add(await Backing(ct));
        return findings;
    }

    private async Task<AuditFinding> Lots(CancellationToken ct)
    {
        var rows = await reader.List(
            "select m.account_id, m.lots, coalesce(a.balance, 0) from draws_mileage m left join ledger_account a on a.id = m.account_id",
            r => (Account: r.Uuid(0), Lots: MileageLots.Read(r.Text(1)).Sum, Balance: r.Long(2)), ct);
        return Finding("D mileage", "each person's mileage is the sum of its lots", [.. rows.Where(r => r.Lots != r.Balance).Select(r => $"account {r.Account}: {r.Lots} of {r.Balance}")]);
    }

    private async Task<AuditFinding> Backing(CancellationToken ct)
    {
        var granting = await reader.List(
            $"""
            select s.currency, cast(sum(t.mileage_each * (coalesce(h.n, 0) - coalesce(b.n, 0))) as bigint) from draws_two_stage t join draws_sale s on s.lot_id = t.lot_id
            left join ({Held}) h on h.lot_id = t.lot_id
            left join (select h.lot_id, sum(h.count) as n from draws_holding h join draws_win w on w.lot_id = h.lot_id and w.user_id = h.user_id and w.state in (2, 9) where h.settled = 0 group by h.lot_id) b on b.lot_id = t.lot_id
            where t.paying_out = 1 group by s.currency
            """, r => (Currency: r.Text(0), Amount: r.Long(1)), ct);
        var accounts = await reader.List(
            "select purpose, asset, cast(sum(balance) as bigint) from ledger_account where purpose in ('draws.mileage_backing', 'draws.mileage') group by purpose, asset",
            r => (Purpose: r.Text(0), Asset: r.Text(1), Balance: r.Long(2)), ct);
        var bad = new List<string>();
        foreach (var currency in accounts.Select(a => a.Asset.Replace("MILEAGE.", "", StringComparison.Ordinal)).Distinct())
        {
            var behind = accounts.Where(a => a.Purpose == "draws.mileage_backing" && a.Asset == currency).Sum(a => a.Balance);
            var outstanding = accounts.Where(a => a.Purpose == "draws.mileage" && a.Asset == TwoStagePostings.AssetOf(currency)).Sum(a => a.Balance) + granting.Where(g => g.Currency == currency).Sum(g => g.Amount);
            if (behind != outstanding) bad.Add($"{currency}: {behind} behind {outstanding}");
        }
        return Finding("D backing", "there is as much money behind outstanding mileage as it is worth", bad);
    }

    private static AuditFinding Finding(string check, string text, List<string> bad) =>
        new(check, bad.Count == 0, bad.Count == 0 ? text : $"{text}: {bad.Count} do not ({string.Join("; ", bad.Take(5))})");
}
