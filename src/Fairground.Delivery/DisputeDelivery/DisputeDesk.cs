using System.Security.Claims;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Files;
using Fairground.Kernel.Http;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Delivery;

/// <summary>Disputes about deliveries (D-23): the buyer says what is wrong, the seller answers, both show what they have, the operator rules. Pages and API call this.</summary>
internal sealed class DisputeDesk(DeliveryContext context, SealedWords words, IPeople people, IShopAccess shops, IFileStore files, IAuditTrail audit, TimeProvider time)
{
    public const int MostEvidence = 10;

    private const int Longest = 2_000;

    /// <summary>Refusals in this order: <c>dispute.reason_unknown</c>, <c>dispute.words_missing</c>, <c>delivery.not_found</c>, <c>delivery.over</c>, <c>delivery.not_now</c>.</summary>
    public async Task<Refusal?> Open(Guid userId, Guid deliveryId, string? reason, string? said, CancellationToken ct)
    {
        if (DeliveryWire.Reason(reason) is not { } why) return DisputeRefusals.ReasonUnknown;
        if (Text(said, 10) is not { } text) return DisputeRefusals.WordsMissing;
        var ids = await people.IdsOf(userId, ct);
        await using var transaction = await context.BeginWriteAsync(ct);
        var handover = await context.Lock(deliveryId, ct);
        if (handover is null || !ids.Contains(handover.PersonId)) return DeliveryRefusals.NotFound;
        if (handover.IsOver) return DeliveryRefusals.Over;
        // What was sent once and is said to have come back can be disputed too, or a shop could put the buyer off for ever.
        var may = handover.State is HandoverState.Shipped or HandoverState.Delivered || (handover.State == HandoverState.Open && (handover.Way == HandoverWays.PickUp || handover.ShippedAt is not null));
        if (!may) return DeliveryRefusals.NotNow;
        var now = time.GetUtcNow();
        context.Disputes.Add(new Dispute { HandoverId = handover.Id, Reason = why, Said = await words.Seal(handover.PersonId, text, ct), OpenedAt = now });
        handover.Dispute();
        context.Publish(new DisputeOpened(handover.Id, handover.ShopId), now);
        await context.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return null;
    }

    /// <summary>The shop's answer, once. Refusals in this order: <c>delivery.not_found</c>, <c>access.forbidden</c>, <c>delivery.not_now</c>, <c>dispute.answer_invalid</c>.</summary>
    public async Task<Refusal?> Answer(ClaimsPrincipal user, Guid deliveryId, string? answer, CancellationToken ct)
    {
        if (await Shop(user, deliveryId, ct) is { } no) return no;
        await using var transaction = await context.BeginWriteAsync(ct);
        var handover = (await context.Lock(deliveryId, ct))!;
        if (handover.State != HandoverState.Disputed) return DeliveryRefusals.NotNow;
        var dispute = await context.Disputes.FirstAsync(d => d.HandoverId == deliveryId, ct);
        if (dispute.Answer is not null || Text(answer, 3) is not { } text) return DisputeRefusals.AnswerInvalid;
        var now = time.GetUtcNow();
        (dispute.Answer, dispute.AnsweredBy, dispute.AnsweredAt) = (await words.Seal(handover.PersonId, text, ct), user.UserId(), now);
        context.Publish(new DisputeAnswered(handover.Id, handover.ShopId), now);
        await context.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return null;
    }

    /// <summary>
    /// Shows a picture or paper, from the side that this person is on. Refusals in this order: <c>delivery.not_found</c>, <c>delivery.not_now</c>, <c>dispute.too_much_evidence</c>, <c>dispute.words_missing</c>
    /// (a note of more than 2,000 characters), <c>file.*</c>.
    /// </summary>
    public async Task<Result<Guid>> Show(ClaimsPrincipal user, Guid deliveryId, string? note, Stream content, CancellationToken ct)
    {
        var handover = await context.Handovers.AsNoTracking().FirstOrDefaultAsync(h => h.Id == deliveryId, ct);
        if (handover is null || await SideOf(user, handover, ct) is not { } side) return DeliveryRefusals.NotFound;
        if (handover.State != HandoverState.Disputed) return DeliveryRefusals.NotNow;
        if (await HasEnough(deliveryId, side, ct)) return DisputeRefusals.TooMuchEvidence;
        var said = (note ?? "").Trim();
        if (said.Length > Longest) return DisputeRefusals.WordsMissing;
        var saved = await files.Save(content, new FileRules(20L * 1024 * 1024, PicturesOnly: false, IsPublic: false) { IsDocument = true }, ct);
        if (saved.Refused) return saved.Refusal!;
        await using var transaction = await context.BeginWriteAsync(ct);
        if ((await context.Lock(deliveryId, ct))!.State != HandoverState.Disputed) return DeliveryRefusals.NotNow;
        // Counted again: several may have come while the files were written.
        if (await HasEnough(deliveryId, side, ct)) return DisputeRefusals.TooMuchEvidence;
        var row = new Evidence { Id = Ids.New(), HandoverId = deliveryId, Side = side, FileId = saved.Value.Id, Note = await words.Seal(handover.PersonId, said, ct), ShownBy = user.UserId(), ShownAt = time.GetUtcNow() };
        context.Evidence.Add(row);
        await context.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return row.Id;
    }

    /// <summary>
    /// The operator's word, which ends the delivery: in a dispute, and where one of the parties cannot be reached. It stands in the audit. Refusals in this order: <c>ruling.unknown</c>,
    /// <c>ruling.reasons_missing</c>, <c>delivery.not_found</c>, <c>delivery.over</c>.
    /// </summary>
    public async Task<Refusal?> Rule(Guid operatorId, Guid deliveryId, string? ruling, string? reasons, CancellationToken ct)
    {
        if (DeliveryWire.Rules(ruling) is not { } ruled) return DisputeRefusals.RulingUnknown;
        if (Text(reasons, 10) is not { } text) return DisputeRefusals.ReasonsMissing;
        await using (var transaction = await context.BeginWriteAsync(ct))
        {
            if (await context.Lock(deliveryId, ct) is not { } handover) return DeliveryRefusals.NotFound;
            if (handover.IsOver) return DeliveryRefusals.Over;
            var now = time.GetUtcNow();
            context.Rulings.Add(new HandoverRuling { HandoverId = handover.Id, Ruling = ruled, Reasons = await words.Seal(handover.PersonId, text, ct), RuledBy = operatorId, RuledAt = now });
            if (ruled == Ruling.ForSeller) Endings.Approve(context, handover, HandoverApproved.ByRuling, now);
            else Endings.Fail(context, handover, HandoverFailed.ByRuling, now);
            await context.SaveChangesAsync(ct);
            await transaction.CommitAsync(ct);
        }
        // The reasons stand in the ruling, sealed: the audit is never erased, and seals only what is about a person's own id.
        await audit.Record(new AuditEntry(operatorId, "delivery.rule", $"{deliveryId}", After: ruled.Wire()), ct);
        return null;
    }

    /// <summary>The file of a piece of evidence, for the parties and the operator. Refusals: <c>dispute.evidence_not_found</c>.</summary>
    public async Task<Result<StoredFile>> File(ClaimsPrincipal user, Guid deliveryId, Guid evidenceId, CancellationToken ct)
    {
        var row = await context.Evidence.AsNoTracking().FirstOrDefaultAsync(e => e.Id == evidenceId && e.HandoverId == deliveryId, ct);
        return row is not null && await MaySee(user, deliveryId, ct) && await files.Find(row.FileId, ct) is { } file ? file : DisputeRefusals.EvidenceNotFound;
    }

    /// <summary>A picture that a courier took. Refusals: <c>dispute.evidence_not_found</c>.</summary>
    public async Task<Result<StoredFile>> Picture(ClaimsPrincipal user, Guid deliveryId, Guid newsId, CancellationToken ct)
    {
        var fileId = await context.News.AsNoTracking().Where(n => n.Id == newsId && context.Shipments.Any(s => s.Id == n.ShipmentId && s.HandoverId == deliveryId)).Select(n => n.FileId).FirstOrDefaultAsync(ct);
        return fileId is { } id && await MaySee(user, deliveryId, ct) && await files.Find(id, ct) is { } file ? file : DisputeRefusals.EvidenceNotFound;
    }

    private async Task<bool> HasEnough(Guid deliveryId, Side side, CancellationToken ct) => await context.Evidence.CountAsync(e => e.HandoverId == deliveryId && e.Side == side, ct) >= MostEvidence;

    private async Task<bool> MaySee(ClaimsPrincipal user, Guid deliveryId, CancellationToken ct) =>
        await context.Handovers.AsNoTracking().FirstOrDefaultAsync(h => h.Id == deliveryId, ct) is { } handover && await SideOf(user, handover, ct) is not null;

    private async Task<Side?> SideOf(ClaimsPrincipal user, Handover handover, CancellationToken ct)
    {
        if ((await people.IdsOf(user.UserId(), ct)).Contains(handover.PersonId)) return Side.Buyer;
        if (user.IsOperator()) return Side.Operator;
        return await shops.MayAct(user, handover.ShopId, Access.ShopStaff, ct) ? Side.Seller : null;
    }

    private async Task<Refusal?> Shop(ClaimsPrincipal user, Guid deliveryId, CancellationToken ct)
    {
        var shopId = await context.Handovers.AsNoTracking().Where(h => h.Id == deliveryId).Select(h => (Guid?)h.ShopId).FirstOrDefaultAsync(ct);
        if (shopId is not { } shop) return DeliveryRefusals.NotFound;
        return await shops.MayAct(user, shop, Access.ShopStaff, ct) ? null : (Refusal)CommonRefusals.Forbidden;
    }

    private static string? Text(string? text, int least) => text?.Trim() is { } said && said.Length >= least && said.Length <= Longest ? said : null;
}
