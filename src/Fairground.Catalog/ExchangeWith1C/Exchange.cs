namespace Fairground.Catalog.ExchangeWith1C;

/// <summary>What a shop's 1C signs in with. Only its hash is kept; a new one ends the old.</summary>
internal sealed class ExchangeKey
{
    public Guid ShopId { get; init; }

    /// <summary>SHA-256 of a key that is long enough to need nothing slower.</summary>
    public required byte[] Hash { get; set; }

    public Guid? CreatedBy { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset? UsedAt { get; set; }
}

/// <summary>One exchange: from <c>checkauth</c> until it is forgotten.</summary>
internal sealed class ExchangeSession
{
    public Guid Id { get; init; }

    public Guid ShopId { get; init; }

    public required byte[] Hash { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset ExpiresAt { get; init; }
}

/// <summary>A piece of a file as 1C sent it; pieces of one name make the file, in their order.</summary>
internal sealed class ExchangePart
{
    public Guid SessionId { get; init; }

    public int N { get; init; }

    public required string Name { get; init; }

    public Guid FileId { get; init; }

    public long Length { get; init; }
}

/// <summary>The import that a file of an exchange has become.</summary>
internal sealed class ExchangeImport
{
    public Guid SessionId { get; init; }

    public required string Name { get; init; }

    public Guid ImportId { get; init; }
}
