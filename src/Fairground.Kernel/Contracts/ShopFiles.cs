using Fairground.Kernel.Files;

namespace Fairground.Kernel.Contracts;

/// <summary>How much of its room a shop uses.</summary>
/// <param name="UsedBytes">Pictures and documents; the same content counts once.</param>
/// <param name="QuotaBytes">What the operator allows.</param>
public sealed record ShopRoom(long UsedBytes, long QuotaBytes)
{
    public long LeftBytes => Math.Max(0, QuotaBytes - UsedBytes);
}

/// <summary>Keeps files that count for a shop. Answered by the Catalog.</summary>
public interface IShopFiles
{
    /// <summary>Stores a file and counts it for the shop; refuses with <c>file.quota_exceeded</c> and as <see cref="IFileStore.Save"/> does.</summary>
    Task<Result<StoredFile>> Save(Guid shopId, Stream content, FileRules rules, CancellationToken ct);

    /// <summary>The shop needs the file no more: where nothing else of the shop's does, it counts no longer.</summary>
    Task Release(Guid shopId, Guid fileId, CancellationToken ct);

    Task<ShopRoom> Room(Guid shopId, CancellationToken ct);
}
