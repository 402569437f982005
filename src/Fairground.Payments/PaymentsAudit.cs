using Fairground.Kernel.Modules;
using Fairground.Kernel.Storage;

namespace Fairground.Payments;

/// <summary>What must hold between payments and the ledger, computed again from both in one snapshot.</summary>
internal sealed class PaymentsAudit(Database database) : SqlAudit(database)
{
    protected override IReadOnlyList<SqlCheck> Checks { get; } =
    [
        new("payments transfers", "every succeeded payment has exactly its transfer, and no other payment has one",
            """
            select p.currency, cast(p.amount as text) from payments_payment p left join (
                select reference, count(*) as lines, sum(amount) as total from ledger_transfer where movement = 100 group by reference) t on t.reference = p.id
            where (p.state = 1 and (t.lines is null or t.lines <> 1 or t.total <> p.amount)) or (p.state <> 1 and t.lines is not null)
            """),
        new("payments unknown", "every top-up in the ledger belongs to a payment",
            "select cast(t.movement as text), cast(t.amount as text) from ledger_transfer t where t.movement = 100 and not exists (select 1 from payments_payment p where p.id = t.reference)"),
        new("payments facts", "where a payment stands follows from what its gateway said",
            "select currency, cast(amount as text) from payments_payment where state <> (case when captured > 0 then 1 when ended >= 2 then 2 when ended = 1 then 3 else 0 end) and state <> 1 or captured not in (0, amount) or taken + own_refunds - returned > amount"),
        new("payments holds", "a pending payment has its pending hold, one that ended without money a released one, one that succeeded a posted one, or a released one where the money came late",
            """
            select p.currency, cast(p.amount as text) from payments_payment p left join ledger_hold h on h.id = p.hold_id
            where h.id is null or h.amount <> p.amount or h.reference <> p.id or (p.state = 0 and h.state <> 0) or (p.state > 1 and h.state <> 2) or (p.state = 1 and h.state = 0)
            """),
        new("payments clearing", "each gateway owes exactly what its payments brought in, less what it gave or took back",
            """
            select a.asset, cast(a.balance as text) from ledger_account a
            left join (select h.account_id as id, sum(p.amount - p.taken) as total from payments_payment p join ledger_hold h on h.id = p.hold_id where p.state = 1 group by h.account_id) s on s.id = a.id
            left join (select t.debit_id as id, sum(case when t.movement = 111 then 0 else t.amount end) as total from ledger_transfer t where t.movement between 100 and 119 group by t.debit_id) o on o.id = a.id
            left join (select t.credit_id as id, sum(case when t.movement = 108 then 0 else t.amount end) as total from ledger_transfer t where t.movement between 100 and 119 group by t.credit_id) i on i.id = a.id
            where a.purpose = 'payments.gateway_clearing' and coalesce(i.total, 0) - coalesce(o.total, 0) <> -coalesce(s.total, 0)
            """),
        new("payments taken back", "what a gateway took back without us has left a wallet or is owed, to the last unit",
            """
            select p.currency, cast(p.taken as text) from payments_payment p left join (
                select reference, sum(case when movement in (102, 103) then amount else -amount end) as total from ledger_transfer where movement in (102, 103, 105, 106) group by reference) t on t.reference = p.id
            where p.taken <> coalesce(t.total, 0)
            """),
        new("payments refunds", "what is set aside for refunds is what has not ended of them, and what was asked for is what they say",
            """
            select p.currency, cast(p.amount as text) from payments_payment p
            left join (select payment_id, sum(case when state in (0, 3) then amount - fee else 0 end) as waiting, sum(case when state <> 2 then amount - fee else 0 end) as standing from payments_refund group by payment_id) r on r.payment_id = p.id
            left join (select reference, sum(case when movement in (107, 111) then amount else -amount end) as aside from ledger_transfer where movement in (107, 108, 109, 111) group by reference) t on t.reference = p.id
            where coalesce(r.waiting, 0) <> coalesce(t.aside, 0) or coalesce(r.standing, 0) <> p.own_refunds - p.returned
            """),
        new("payments orders", "what the wallet gives to an order is on hold while it waits, and never afterwards",
            """
            select o.currency, cast(o.from_wallet as text) from payments_order o left join ledger_hold h on h.id = o.hold_id
            where o.from_wallet > 0 and (h.id is null or h.amount <> o.from_wallet or h.reference <> o.id or h.state = 1 or (o.state > 0 and h.state = 0))
            """),
        new("payments debts", "nobody is owed by the account of debts",
            "select a.asset, cast(a.balance as text) from ledger_account a where a.purpose = 'payments.debt' and a.balance > 0"),
    ];
}
