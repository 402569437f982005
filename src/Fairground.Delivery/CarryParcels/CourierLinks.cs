using System.Buffers.Text;
using System.Globalization;
using System.Security.Claims;
using System.Security.Cryptography;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Files;
using Fairground.Kernel.Http;
using Fairground.Kernel.Keys;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Delivery;

/// <summary>A link for a courier's phone: a few parcels, a few days, and nothing else (D-25).</summary>
internal sealed class CourierLink
{
    public Guid Id { get; init; }

    public Guid ShopId { get; init; }

    /// <summary>What the shop calls it: the tour, the van.</summary>
    public required string Name { get; init; }

    public Guid MadeBy { get; init; }

    public DateTimeOffset MadeAt { get; init; }

    public DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Ended by the shop before its time.</summary>
    public DateTimeOffset? EndedAt { get; set; }

    public bool HoldsAt(DateTimeOffset now) => EndedAt is null && now < ExpiresAt;
}

/// <summary>A parcel on a courier's list.</summary>
internal sealed class CourierStop
{
    public Guid LinkId { get; init; }

    public Guid ShipmentId { get; init; }

    /// <summary>From 0, in the order of the tour.</summary>
    public int Place { get; init; }
}

/// <summary>Six digits that the buyer tells the courier at the door. Computed, never stored.</summary>
internal sealed class RecipientCodes(ServerSecrets secrets)
{
    public const int MostTries = 5;

    // Read when the object is made: making a secret writes, and callers stand in transactions of their own.
    private readonly byte[] secret = secrets.Of("delivery.recipient");

    public string Of(Guid shipmentId)
    {
        var seal = HMACSHA256.HashData(secret, shipmentId.ToByteArray(true));
        return (System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(seal) % 1_000_000).ToString("000000", CultureInfo.InvariantCulture);
    }

    public bool IsRight(Guid shipmentId, string code) => CryptographicOperations.FixedTimeEquals(System.Text.Encoding.ASCII.GetBytes(Of(shipmentId)), System.Text.Encoding.UTF8.GetBytes(code));
}

/// <summary>What is sent for a new link.</summary>
/// <param name="Days">How long it holds: 1 to 7.</param>
internal sealed record CourierLinkBody(string? Name, IReadOnlyList<Guid>? ShipmentIds, int? Days);

/// <summary>A courier's link as the shop sees it.</summary>
/// <param name="Path">The page, on this site. Whoever has it sees where these parcels go.</param>
/// <param name="Left">Parcels not delivered yet.</param>
internal sealed record CourierLinkView(Guid LinkId, string Name, string Path, DateTimeOffset MadeAt, DateTimeOffset ExpiresAt, DateTimeOffset? EndedAt, int Stops, int Left);

/// <summary>One parcel on the courier's list.</summary>
/// <param name="Address">Shown while the parcel is under way.</param>
internal sealed record CourierStopView(Guid ShipmentId, string Number, string Title, string State, DateTimeOffset StateAt, PostalAddress? Address, bool CodeLocked);

/// <summary>What a courier's link shows.</summary>
internal sealed record CourierListView(string ShopName, string Name, DateTimeOffset ExpiresAt, IReadOnlyList<CourierStopView> Stops);

/// <summary>What a courier says.</summary>
/// <param name="Kind"><c>out_for_delivery</c>, <c>delivered</c>, <c>accident</c>, <c>note</c> (with the position), <c>returned</c>.</param>
/// <param name="Latitude">In degrees, where the phone says it.</param>
/// <param name="TellersId">The phone's own id of it, so that what is sent twice is one.</param>
internal sealed record CourierWord(string? Kind, string? Code, string? Note, decimal? Latitude, decimal? Longitude, string? TellersId);

/// <summary>Gives couriers their links and takes what they say; the shop's page, the courier's page and the API call this.</summary>
internal sealed class CourierDesk(
    DeliveryContext context, SealedWords words, ParcelFollower follower, RecipientCodes codes, ServerSecrets secrets, IGoods goods, IFileStore files, TimeProvider time)
{
    private const int Seal = 16;

    // Read when the object is made, as every secret that is used in a transaction.
    private readonly byte[] secret = secrets.Of("delivery.courier");

    private static readonly ParcelNewsKind[] OfCourier = [ParcelNewsKind.OutForDelivery, ParcelNewsKind.Delivered, ParcelNewsKind.Returned, ParcelNewsKind.Accident, ParcelNewsKind.Note];

    /// <summary>Makes a link; the caller has checked the shop. Refusals: <c>courier.days_invalid</c>, <c>courier.nothing_to_carry</c>.</summary>
    public async Task<Result<CourierLinkView>> Make(ClaimsPrincipal user, Guid shopId, CourierLinkBody body, CancellationToken ct)
    {
        var ids = (body.ShipmentIds ?? []).Distinct().ToList();
        if (body.Days is < 1 or > 7) return CourierRefusals.DaysInvalid;
        await using var transaction = await context.BeginWriteAsync(ct);
        var carried = await context.Shipments.CountAsync(s => ids.Contains(s.Id) && s.ShopId == shopId && s.Carrier == Carriers.Own && s.State < ShipmentState.Delivered, ct);
        if (ids.Count is 0 or > 200 || carried != ids.Count) return CourierRefusals.NothingToCarry;
        var now = time.GetUtcNow();
        var name = (body.Name ?? "").ReplaceLineEndings(" ").Trim();
        var link = new CourierLink { Id = Ids.New(), ShopId = shopId, Name = name.Length > 80 ? name[..80] : name, MadeBy = user.UserId(), MadeAt = now, ExpiresAt = now.AddDays(body.Days ?? 1) };
        context.CourierLinks.Add(link);
        context.CourierStops.AddRange(ids.Select((id, i) => new CourierStop { LinkId = link.Id, ShipmentId = id, Place = i }));
        await context.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return View(link, ids.Count, ids.Count);
    }

    /// <summary>The shop's links of the last days, newest first.</summary>
    public async Task<IReadOnlyList<CourierLinkView>> Of(Guid shopId, CancellationToken ct)
    {
        var since = time.GetUtcNow().AddDays(-14);
        var links = await context.CourierLinks.AsNoTracking().Where(l => l.ShopId == shopId && l.MadeAt > since).OrderByDescending(l => l.MadeAt).Take(50).ToListAsync(ct);
        var ids = links.ConvertAll(l => l.Id);
        var stops = await context.CourierStops.AsNoTracking().Where(s => ids.Contains(s.LinkId)).Select(s => new { s.LinkId, Left = context.Shipments.Any(x => x.Id == s.ShipmentId && x.State < ShipmentState.Delivered) }).ToListAsync(ct);
        return [.. links.Select(l => View(l, stops.Count(s => s.LinkId == l.Id), stops.Count(s => s.LinkId == l.Id && s.Left)))];
    }

    /// <summary>Ends a link before its time. Refuses with <c>courier.link_invalid</c>.</summary>
    public async Task<Refusal?> End(Guid shopId, Guid linkId, CancellationToken ct)
    {
        if (await context.CourierLinks.FirstOrDefaultAsync(l => l.Id == linkId && l.ShopId == shopId, ct) is not { } link) return CourierRefusals.LinkInvalid;
        link.EndedAt ??= time.GetUtcNow();
        await context.SaveChangesAsync(ct);
        return null;
    }

    /// <summary>What the link shows. Refusals: <c>courier.link_invalid</c>, <c>courier.link_over</c>.</summary>
    public async Task<Result<CourierListView>> Open(string token, CancellationToken ct)
    {
        var found = await Link(token, ct);
        if (found.Refused) return found.Refusal!;
        var link = found.Value;
        var rows = await context.CourierStops.AsNoTracking().Where(s => s.LinkId == link.Id).OrderBy(s => s.Place)
            .Join(context.Shipments, s => s.ShipmentId, x => x.Id, (s, x) => x).Join(context.Handovers, x => x.HandoverId, h => h.Id, (x, h) => new { Shipment = x, Handover = h }).ToListAsync(ct);
        var keys = await words.Keys([.. rows.Select(r => r.Handover.PersonId).Distinct()], ct);
        var stops = rows.Select(r => new CourierStopView(
            r.Shipment.Id, r.Shipment.Number, r.Handover.Title, r.Shipment.State.Wire(), r.Shipment.StateAt,
            r.Shipment.IsOver ? null : SealedWords.Address(keys.GetValueOrDefault(r.Handover.PersonId), r.Handover.Address), r.Shipment.CodeTries >= RecipientCodes.MostTries));
        return new CourierListView((await goods.FindShop(link.ShopId, ct))?.Name ?? "", link.Name, link.ExpiresAt, [.. stops]);
    }

    /// <summary>
    /// Takes what the courier says. Refusals in this order: <c>courier.link_invalid</c>, <c>courier.link_over</c>, <c>shipment.not_found</c>, <c>shipment.news_unknown</c>, <c>courier.position_invalid</c>,
    /// <c>courier.words_missing</c>, <c>file.*</c>, <c>delivery.not_now</c>, <c>courier.code_locked</c>, <c>courier.code_wrong</c>, <c>courier.proof_missing</c>.
    /// </summary>
    /// <param name="picture">Of the handover or of what happened; null for none.</param>
    public async Task<Refusal?> Tell(string token, Guid shipmentId, CourierWord word, Stream? picture, CancellationToken ct)
    {
        var link = await Link(token, ct);
        if (link.Refused) return link.Refusal;
        if (!await context.CourierStops.AnyAsync(s => s.LinkId == link.Value.Id && s.ShipmentId == shipmentId, ct)) return ShipmentRefusals.NotFound;
        if (DeliveryWire.Kind(word.Kind) is not { } kind || !OfCourier.Contains(kind)) return ShipmentRefusals.NewsUnknown;
        if (word.Latitude is < -90 or > 90 || word.Longitude is < -180 or > 180 || word.Latitude is null != word.Longitude is null) return CourierRefusals.PositionInvalid;
        var note = (word.Note ?? "").Trim();
        if (note.Length > 500 || (kind == ParcelNewsKind.Accident && note.Length < 3)) return CourierRefusals.WordsMissing;
        Guid? fileId = null;
        if (picture is not null)
        {
            var saved = await files.Save(picture, new FileRules(10L * 1024 * 1024, PicturesOnly: true, IsPublic: false), ct);
            if (saved.Refused) return saved.Refusal;
            fileId = saved.Value.Id;
        }
        var id = kind is ParcelNewsKind.Accident or ParcelNewsKind.Note ? $"{link.Value.Id:N}:{(word.TellersId is { Length: > 0 and <= 80 } own ? own : Ids.New().ToString("N"))}" : kind.Wire();
        var news = new HeardNews(id, kind, time.GetUtcNow(), Note: note, Latitude: Micro(word.Latitude), Longitude: Micro(word.Longitude), FileId: fileId);
        return (await follower.Take(shipmentId, ParcelNewsWay.Courier, [news], ct, s => Check(s, kind, word.Code, fileId is not null), (s, said) => EndedBy(s, said.Kind))).Refusal;
    }

    // Whoever ended the parcel has said it; said again by another it is no news.
    private static bool EndedBy(Shipment shipment, ParcelNewsKind kind) => shipment.IsOver && (int)shipment.State == (int)kind;

    private Refusal? Check(Shipment shipment, ParcelNewsKind kind, string? given, bool hasPicture)
    {
        // The same said again, because the phone heard no answer or the shop has said it meanwhile, is no mistake.
        if (shipment.IsOver) return EndedBy(shipment, kind) ? null : (Refusal)DeliveryRefusals.NotNow;
        if (kind != ParcelNewsKind.Delivered) return null;
        var code = string.Concat((given ?? "").Where(char.IsAsciiDigit));
        if (code.Length == 0) return hasPicture ? null : (Refusal)CourierRefusals.ProofMissing;
        if (shipment.CodeTries >= RecipientCodes.MostTries) return CourierRefusals.CodeLocked;
        if (codes.IsRight(shipment.Id, code)) return null;
        shipment.CodeTries++;
        return CourierRefusals.CodeWrong.With(("left", RecipientCodes.MostTries - shipment.CodeTries));
    }

    private async Task<Result<CourierLink>> Link(string token, CancellationToken ct)
    {
        if (Read(token) is not { } id || await context.CourierLinks.AsNoTracking().FirstOrDefaultAsync(l => l.Id == id, ct) is not { } link) return CourierRefusals.LinkInvalid;
        return link.HoldsAt(time.GetUtcNow()) ? link : CourierRefusals.LinkOver;
    }

    private CourierLinkView View(CourierLink link, int stops, int left) => new(link.Id, link.Name, $"/courier/{Write(link.Id)}", link.MadeAt, link.ExpiresAt, link.EndedAt, stops, left);

    private static int? Micro(decimal? degrees) => degrees is { } d ? (int)decimal.Round(d * 1_000_000m) : null;

    // The link's id and a seal over it: nothing to look up for whoever tries, and nothing to steal from the table.
    private string Write(Guid linkId)
    {
        var id = linkId.ToByteArray(true);
        return Base64Url.EncodeToString([.. id, .. HMACSHA256.HashData(secret, id)[..Seal]]);
    }

    private Guid? Read(string token)
    {
        if (token.Length > 60 || !Base64Url.IsValid(token)) return null;
        var bytes = Base64Url.DecodeFromChars(token);
        if (bytes.Length != 16 + Seal) return null;
        var right = CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(secret, bytes.AsSpan(0, 16)).AsSpan(0, Seal), bytes.AsSpan(16));
        return right ? new Guid(bytes.AsSpan(0, 16), bigEndian: true) : null;
    }
}
