using System.Text.Json.Serialization;
using Fairground.Kernel.Messaging;

namespace Fairground.Draws;

/// <summary>Facts that Draws tells the others. Payloads are part of the contract: only add.</summary>
internal sealed record LotOpened(Guid LotId, Guid ShopId) : IDomainEvent
{
    public const string Name = "draws.lot.opened";

    [JsonIgnore]
    public string Topic => Name;
}

/// <summary>Someone bought certificates.</summary>
internal sealed record CertificatesSold(Guid LotId, Guid UserId, Guid PurchaseId, int Quantity, Guid? ShopId = null) : IDomainEvent
{
    public const string Name = "draws.certificates.sold";

    [JsonIgnore]
    public string Topic => Name;
}

/// <summary>The last certificate was sold.</summary>
internal sealed record LotSoldOut(Guid LotId, Guid ShopId) : IDomainEvent
{
    public const string Name = "draws.lot.sold_out";

    [JsonIgnore]
    public string Topic => Name;
}

/// <summary>The lot did not sell out and goes on once.</summary>
internal sealed record LotExtended(Guid LotId, DateTimeOffset ClosesAt, Guid? ShopId = null) : IDomainEvent
{
    public const string Name = "draws.lot.extended";

    [JsonIgnore]
    public string Topic => Name;
}

/// <summary>The list of entries is frozen and the draw has its time (C-20).</summary>
internal sealed record LotClosed(Guid LotId, Guid ShopId, int Size, string Root, DateTimeOffset ClosedAt, DateTimeOffset DrawsAt, bool Cash, long? Round = null) : IDomainEvent
{
    public const string Name = "draws.lot.closed";

    [JsonIgnore]
    public string Topic => Name;
}

/// <summary>The winners are known.</summary>
internal sealed record LotDrawn(Guid LotId, Guid ShopId, bool Cash) : IDomainEvent
{
    public const string Name = "draws.lot.drawn";

    [JsonIgnore]
    public string Topic => Name;
}

/// <summary>A reserve was called, because one before did not collect.</summary>
internal sealed record ReserveCalled(Guid LotId, Guid WinId, Guid? ShopId = null) : IDomainEvent
{
    public const string Name = "draws.win.called";

    [JsonIgnore]
    public string Topic => Name;
}

/// <summary>A winner who has not come was reached once more.</summary>
internal sealed record WinnerReminded(Guid LotId, Guid WinId, int Attempt) : IDomainEvent
{
    public const string Name = "draws.win.reminded";

    [JsonIgnore]
    public string Topic => Name;
}

/// <summary>A winner did not collect in time.</summary>
internal sealed record WinLapsed(Guid LotId, Guid WinId, Guid? ShopId = null) : IDomainEvent
{
    public const string Name = "draws.win.lapsed";

    [JsonIgnore]
    public string Topic => Name;
}

/// <summary>The shop was credited; the lot's life is over.</summary>
internal sealed record LotSettled(Guid LotId, Guid ShopId, long ToShop, long ToWinners, string Currency) : IDomainEvent
{
    public const string Name = "draws.lot.settled";

    [JsonIgnore]
    public string Topic => Name;
}

/// <summary>The lot will not be drawn; everyone gets the money back.</summary>
/// <param name="Reason"><c>not_sold_out</c>, <c>nobody_bought</c>, <c>no_randomness</c>, <c>closed_too_late</c> or <c>stopped</c>.</param>
/// <param name="Note">What the person who stopped it said; null where the terms decided.</param>
internal sealed record LotCancelled(Guid LotId, Guid ShopId, string Reason, string? Note = null) : IDomainEvent
{
    public const string Name = "draws.lot.cancelled";

    [JsonIgnore]
    public string Topic => Name;
}

/// <summary>Everyone has the money back.</summary>
internal sealed record LotRefunded(Guid LotId, Guid ShopId) : IDomainEvent
{
    public const string Name = "draws.lot.refunded";

    [JsonIgnore]
    public string Topic => Name;
}
