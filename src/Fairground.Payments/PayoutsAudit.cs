using Fairground.Kernel.Modules;
using Fairground.Kernel.Storage;

namespace Fairground.Payments;

/// <summary>What must hold between payouts and the ledger, computed again from both in one snapshot.</summary>
internal sealed class PayoutsAudit(Database database) : SqlAudit(database)
{
    protected override IReadOnlyList<SqlCheck> Checks { get; } =
    [
        new("payouts taken", "every payout was taken from its balance once and to the last unit",
            """
            select p.currency, cast(p.amount as text) from payments_payout p left join (
                select reference, count(*) as lines, sum(amount) as total from ledger_transfer where movement = 120 group by reference) t on t.reference = p.id
            where t.lines is null or t.lines <> 1 or t.total <> p.amount
            """),
        new("payouts unknown", "every movement of a payout belongs to one",
            "select cast(t.movement as text), cast(t.amount as text) from ledger_transfer t where t.movement between 120 and 123 and not exists (select 1 from payments_payout p where p.id = t.reference)"),
        new("payouts ended", "a payout that arrived left the transit for the bank, one that came back is in the balance again, any other is on its way",
            """
            select p.currency, cast(p.amount as text) from payments_payout p left join (
                select reference, sum(case when movement = 121 then amount else 0 end) as paid, sum(case when movement = 122 then amount else 0 end) as back,
                    sum(case when movement = 123 then amount else 0 end) as returned from ledger_transfer where movement in (121, 122, 123) group by reference) t on t.reference = p.id
            where coalesce(t.paid, 0) <> (case when p.paid_at is null then 0 else p.amount end)
                or coalesce(t.back, 0) <> (case when p.state = 2 and p.paid_at is null then p.amount else 0 end)
                or coalesce(t.returned, 0) <> (case when p.state = 2 and p.paid_at is not null then p.amount else 0 end)
            """),
        new("payouts transit", "what is on its way is the sum of the payouts that are",
            """
            select a.asset, cast(a.balance as text) from ledger_account a left join (
                select organisation_id, currency, sum(amount) as total from payments_payout where state = 0 group by organisation_id, currency) p on p.organisation_id = a.party and p.currency = a.asset
            where a.purpose = 'payments.payout_transit' and a.balance <> coalesce(p.total, 0)
            """),
        new("payouts files", "each bank file says what its payouts add up to",
            """
            select f.currency, cast(f.total as text) from payments_payout_file f left join (
                select batch_id, count(*) as lines, sum(amount) as total from payments_payout where batch_id is not null and not exists (select 1 from payments_payout_left l where l.payout_id = payments_payout.id) group by batch_id) p on p.batch_id = f.id
            where p.lines is null or p.lines <> f.payouts or p.total <> f.total
            """),
        new("bank credited", "what came in by the bank is in the ledger once for each line that says so, and for no other",
            """
            select l.currency, cast(l.amount as text) from payments_bank_line l left join (
                select reference, count(*) as lines, sum(amount) as total from ledger_transfer where movement in (127, 128, 143) group by reference) t on t.reference = l.id
            where (l.matched_kind in ('top_up', 'gateway', 'till') and (t.lines is null or t.lines <> 1 or t.total <> l.amount))
                or (t.lines is not null and (l.matched_kind is null or l.matched_kind not in ('top_up', 'gateway', 'till')))
            """),
        new("bank unknown", "every movement from the bank into a wallet, a gateway's account or a till belongs to a line of a statement",
            "select cast(t.movement as text), cast(t.amount as text) from ledger_transfer t where t.movement in (127, 128, 143) and not exists (select 1 from payments_bank_line l where l.id = t.reference)"),
        new("gateway costs", "what companies kept is in the ledger as their reports say, once a matched line and for no other",
            """
            select l.currency, cast(l.gross as text), cast(l.fee as text) from payments_gateway_line l left join (
                select reference, sum(case when movement = 129 then amount else -amount end) as total from ledger_transfer where movement in (129, 130) group by reference) t on t.reference = l.id
            where (l.cost_posted = 1 and coalesce(t.total, 0) <> (case when l.matched_kind in ('fee', 'cost') then l.fee - l.gross else l.fee end)) or (l.state <> 1 and t.total is not null)
            """),
        new("gateway costs unknown", "every cost of a company belongs to a line of the bank or of a report",
            """
            select cast(t.movement as text), cast(t.amount as text) from ledger_transfer t where t.movement in (129, 130)
                and not exists (select 1 from payments_bank_line b where b.id = t.reference) and not exists (select 1 from payments_gateway_line l where l.id = t.reference)
            """),
        new("payouts debts", "no organisation's debt is above what it owes",
            "select a.asset, cast(a.balance as text) from ledger_account a where a.purpose = 'payments.organisation_debt' and a.balance > 0"),
    ];
}
