using System.Buffers.Binary;
using Fairground.Kernel.Contracts;

namespace Fairground.Draws;

/// <summary>One of a person's certificates of one lot.</summary>
/// <param name="State">As <see cref="MyDraws.StateOf"/> says.</param>
internal sealed record MyEntry(int Seq, string Number, string State);

/// <summary>A purchase as the seller may see it: when and how many, not who.</summary>
internal sealed record SaleLine(DateTimeOffset At, int FirstSeq, int Count);

/// <summary>Reads single certificates for pages.</summary>
internal sealed class MyEntries(DrawsReader reader, IPeople people)
{
    private const int Most = 200;

    /// <summary>The person's certificates of the lot, drawn ones first, then the last bought; at most 200.</summary>
    public async Task<IReadOnlyList<MyEntry>> Of(Guid lotId, Guid userId, CancellationToken ct)
    {
        var person = await people.IdsOf(userId, ct);
        return await reader.List($"""
        select c.seq, c.number, s.state, w.state from draws_certificate c
        join draws_sale s on s.lot_id = c.lot_id
        left join draws_win w on w.lot_id = c.lot_id and w.seq = c.seq
        where c.user_id in ({DrawsData.Names(person)}) and c.lot_id = @lot order by case when w.state is null then 1 else 0 end, c.seq desc limit @most
        """,
        r => new MyEntry(r.Int(0), r.Text(1), MyDraws.StateOf((LotState)r.Int(2), r.IsNull(3) ? null : (WinState)r.Int(3))),
        ct, [.. DrawsData.Values(person), ("@lot", lotId), ("@most", Most)]);
    }

    /// <summary>The last purchases of a lot.</summary>
    public async Task<IReadOnlyList<SaleLine>> LastSales(Guid lotId, int take, CancellationToken ct) => await reader.List(
        "select purchase_id, min(seq), count(*) from draws_certificate where lot_id = @lot group by purchase_id order by min(seq) desc limit @take",
        r => new SaleLine(MadeAt(r.Uuid(0)), r.Int(1), r.Int(2)), ct, ("@lot", lotId), ("@take", take));

    /// <summary>How many people hold certificates of a lot.</summary>
    public async Task<int> Buyers(Guid lotId, CancellationToken ct) =>
        (await reader.List("select count(*) from draws_holding where lot_id = @lot", r => r.Int(0), ct, ("@lot", lotId)))[0];

    // The id of a purchase is a UUIDv7, which begins with the millisecond in which it was made.
    private static DateTimeOffset MadeAt(Guid purchaseId)
    {
        Span<byte> bytes = stackalloc byte[16];
        purchaseId.TryWriteBytes(bytes, bigEndian: true, out _);
        return DateTimeOffset.FromUnixTimeMilliseconds((long)(BinaryPrimitives.ReadUInt64BigEndian(bytes) >> 16));
    }
}
