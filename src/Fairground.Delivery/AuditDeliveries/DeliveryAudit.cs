using Fairground.Kernel.Modules;
using Fairground.Kernel.Storage;

namespace Fairground.Delivery;

/// <summary>What must hold of every delivery.</summary>
internal sealed class DeliveryAudit(Database database) : SqlAudit(database)
{
    protected override IReadOnlyList<SqlCheck> Checks { get; } =
    [
        new("delivery approvals", "nothing is approved that was never delivered, but by a ruling",
            "select title, 'approved by ' || reason from delivery_handover where state = 4 and delivered_at is null and reason <> 'ruling'"),
        new("delivery rulings", "what ended by a ruling has one, and what has one ended by it",
            "select h.title, coalesce(h.reason, 'not ended') from delivery_handover h left join delivery_ruling r on r.handover_id = h.id where (r.handover_id is not null) <> (coalesce(h.reason, '') = 'ruling') or (r.ruling = 1 and h.state <> 5) or (r.ruling = 2 and h.state <> 4)"),
        new("delivery parcels", "a parcel that was delivered has delivered its handover",
            "select s.tracking, 'delivered' from delivery_shipment s join delivery_handover h on h.id = s.handover_id where s.state = 4 and h.delivered_at is null and h.ended_at is null"),
        new("delivery news", "a parcel stands where its news have brought it",
            "select s.tracking, cast(s.state as text) from delivery_shipment s where s.state between 1 and 7 and not exists (select 1 from delivery_news n where n.shipment_id = s.id and n.kind = s.state)"),
        new("delivery disputes", "what is disputed has a dispute",
            "select h.title, 'disputed' from delivery_handover h where h.state = 3 and not exists (select 1 from delivery_dispute d where d.handover_id = h.id)"),
        new("delivery addresses", "no address is kept for a delivery that has ended",
            "select title, 'kept' from delivery_handover where ended_at is not null and address is not null"),
        new("delivery clock", "what waits for an approval, or for the shop to send, has its time",
            "select title, 'without a time' from delivery_handover where next_at is null and (state = 2 or (state = 0 and way = 1))"),
    ];
}
