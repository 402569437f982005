using Fairground.Fairness;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;
using Fairground.Ledger.Statements;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Fairground.Draws;

/// <summary>Gives a buyer the answer to a purchase again, byte for byte: it is made from the outcome that was stored with the purchase, its signature included (C-16).</summary>
internal sealed class Purchases(DrawsReader reader, OutcomeReader outcomes, DrawsMemory memory, ProofSigner signer, IPeople people)
{
    /// <summary>One purchase of this person. Refusal: <c>purchase.not_found</c>, also where it is another's.</summary>
    public async Task<Result<Purchase>> Find(Guid userId, Guid purchaseId, CancellationToken ct)
    {
        var person = await people.IdsOf(userId, ct);
        var rows = await reader.List(
            $"select distinct lot_id, purchase_id, user_id from draws_certificate where user_id in ({DrawsData.Names(person)}) and purchase_id = @purchase",
            r => new Row(r.Uuid(0), r.Uuid(1), r.Uuid(2)), ct, [.. DrawsData.Values(person), ("@purchase", purchaseId)]);
        if (rows.Count == 0) return DrawsRefusals.PurchaseNotFound;
        return (await Read(rows, ct))[0];
    }

    /// <summary>This person's purchases, newest first. Refusal: <c>request.cursor_invalid</c>.</summary>
    public async Task<Result<Page<Purchase>>> List(Guid userId, string? cursor, int take, CancellationToken ct)
    {
        var read = Cursor.Read(cursor);
        if (read.Refused) return read.Refusal!;
        var before = Guid.AllBitsSet;
        if (read.Value is { } text && !Guid.TryParse(text, out before)) return CommonRefusals.CursorInvalid;
        // The ids are UUIDv7: their order is that of time.
        var person = await people.IdsOf(userId, ct);
        var rows = await reader.List(
            $"select distinct lot_id, purchase_id, user_id from draws_certificate where user_id in ({DrawsData.Names(person)}) and purchase_id < @before order by purchase_id desc limit @take",
            r => new Row(r.Uuid(0), r.Uuid(1), r.Uuid(2)), ct, [.. DrawsData.Values(person), ("@before", before), ("@take", take + 1)]);
        var more = rows.Count > take;
        if (more) rows.RemoveAt(take);
        return new Page<Purchase>(await Read(rows, ct), more ? Cursor.Write(rows[^1].PurchaseId.ToString()) : null);
    }

    private async Task<List<Purchase>> Read(IReadOnlyList<Row> rows, CancellationToken ct)
    {
        await signer.EnsureLoaded(ct);
        var bought = new Dictionary<Guid, Bought>(rows.Count);
        // An outcome stands under the account that bought.
        foreach (var mine in rows.GroupBy(r => r.UserId))
        {
            foreach (var stored in await outcomes.Find(mine.Key, [.. mine.Select(r => Bought.Beginning(r.PurchaseId))], ct))
            {
                var one = Bought.Read(stored);
                bought[one.PurchaseId] = one;
            }
        }
        var holders = new Dictionary<(Guid, Guid), byte[]>();
        var purchases = new List<Purchase>(rows.Count);
        foreach (var row in rows)
        {
            var lot = await memory.Facts(row.LotId, ct) ?? throw new InvalidOperationException($"Lot {row.LotId} was bought without terms.");
            if (!holders.TryGetValue((row.LotId, row.UserId), out var holder))
                holders[(row.LotId, row.UserId)] = holder = (await reader.Holding(row.LotId, row.UserId, ct))?.Holder ?? throw new InvalidOperationException($"Lot {row.LotId} was bought without a holding.");
            var outcome = bought[row.PurchaseId];
            var receipt = signer.Assemble(PurchaseReceipt.Payload(lot, holder, outcome), Receipt.Typ, outcome.KidPrefix, outcome.Signature);
            purchases.Add(new Purchase(lot, outcome, receipt, Replayed: true));
        }
        return purchases;
    }

    private sealed record Row(Guid LotId, Guid PurchaseId, Guid UserId);
}

/// <summary><c>GET me/purchases</c> and <c>GET me/purchases/{purchaseId}</c>: for the buyer only.</summary>
internal static class PurchaseEndpoints
{
    private const int PageSize = 50;

    public static async Task<Results<Ok<PurchaseAnswer>, ProblemHttpResult>> Show(Guid purchaseId, Purchases purchases, HttpContext http, CancellationToken ct)
    {
        var purchase = await purchases.Find(http.User.UserId(), purchaseId, ct);
        return purchase.Refused ? Problems.Of(purchase.Refusal!) : TypedResults.Ok(BuyEndpoint.Answer(purchase.Value));
    }

    public static async Task<Results<Ok<Page<PurchaseAnswer>>, ProblemHttpResult>> List(string? cursor, Purchases purchases, HttpContext http, CancellationToken ct)
    {
        var page = await purchases.List(http.User.UserId(), cursor, PageSize, ct);
        return page.Refused ? Problems.Of(page.Refusal!) : TypedResults.Ok(new Page<PurchaseAnswer>([.. page.Value.Items.Select(BuyEndpoint.Answer)], page.Value.Next));
    }
}
