using System.Globalization;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Files;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;

namespace Fairground.Catalog.CountFiles;

/// <summary>A file that counts for a shop.</summary>
internal sealed class ShopFile
{
    public Guid ShopId { get; init; }

    public Guid FileId { get; init; }

    /// <summary>Bytes.</summary>
    public long Length { get; init; }

    public DateTimeOffset ChargedAt { get; init; }
}

/// <summary>How much a shop uses, and how much it may; without a row it uses nothing and may use the usual.</summary>
internal sealed class ShopRoomRow
{
    public Guid ShopId { get; init; }

    public long UsedBytes { get; set; }

    /// <summary>Null where the operator has said nothing for this shop.</summary>
    public long? QuotaBytes { get; set; }
}

/// <summary>What shops may use where the operator has said nothing for one: <c>FAIRGROUND_SHOP_QUOTA_MB</c>, else 5 GiB.</summary>
internal sealed record UsualQuota(long Bytes)
{
    private const long UsualMb = 5 * 1024;

    public static UsualQuota Read(IConfiguration configuration)
    {
        if (configuration["FAIRGROUND_SHOP_QUOTA_MB"] is not { Length: > 0 } text) return new UsualQuota(UsualMb * 1024 * 1024);
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var mb) && mb <= 1L << 30 ? new UsualQuota(mb * 1024 * 1024) : throw new SettingException($"FAIRGROUND_SHOP_QUOTA_MB is '{text}'; it must be a whole number of megabytes.");
    }
}

/// <summary>Counts the files of shops and holds their quota.</summary>
internal sealed class ShopFiles(CatalogContext catalog, IFileStore files, UsualQuota usual, TimeProvider time) : IShopFiles
{
    public async Task<Result<StoredFile>> Save(Guid shopId, Stream content, FileRules rules, CancellationToken ct)
    {
        var room = await Room(shopId, ct);
        // Content that the shop has already needs no room, so what comes is looked at even where nothing is left.
        var saved = await files.Save(content, rules, ct);
        if (saved.Refused) return saved.Refusal!;
        return await Charge(shopId, saved.Value, ct) ? saved : Exceeded(room, saved.Value.Length);
    }

    public async Task<ShopRoom> Room(Guid shopId, CancellationToken ct)
    {
        var row = await catalog.ShopRooms.AsNoTracking().FirstOrDefaultAsync(r => r.ShopId == shopId, ct);
        return new ShopRoom(row?.UsedBytes ?? 0, row?.QuotaBytes ?? usual.Bytes);
    }

    public async Task Release(Guid shopId, Guid fileId, CancellationToken ct)
    {
        await using var transaction = await catalog.BeginWriteAsync(ct);
        if (await IsUsed(shopId, fileId, ct)) return;
        await Uncharge(shopId, [fileId], ct);
        await transaction.CommitAsync(ct);
    }

    /// <summary>Sets what a shop may use; null for the usual. Refuses with <c>shop.not_found</c>, <c>request.invalid</c>.</summary>
    public async Task<Result<ShopRoom>> SetQuota(Guid shopId, long? bytes, CancellationToken ct)
    {
        if (!await catalog.Shops.AnyAsync(s => s.Id == shopId, ct)) return CatalogRefusals.ShopNotFound;
        if (bytes < 0) return CommonRefusals.InvalidRequest.Saying(T["A quota is a number of bytes, or null for the usual one."], ("field", "bytes"));
        await using var transaction = await catalog.BeginWriteAsync(ct);
        await Ensure(shopId, ct);
        await catalog.ShopRooms.Where(r => r.ShopId == shopId).ExecuteUpdateAsync(r => r.SetProperty(x => x.QuotaBytes, bytes), ct);
        await transaction.CommitAsync(ct);
        return await Room(shopId, ct);
    }

    /// <summary>Counts a file for the shop, once; false where there is no room for it.</summary>
    public async Task<bool> Charge(Guid shopId, StoredFile file, CancellationToken ct, bool beyond = false)
    {
        await using var transaction = await catalog.BeginWriteAsync(ct);
        await Ensure(shopId, ct);
        var (length, most) = (file.Length, beyond ? long.MaxValue : usual.Bytes);
        // The row of the shop is the lock: two uploads at once are counted one after the other.
        var fits = await catalog.ShopRooms.Where(r => r.ShopId == shopId && (beyond || r.UsedBytes + length <= (r.QuotaBytes ?? most) || catalog.ShopFiles.Any(f => f.ShopId == shopId && f.FileId == file.Id)))
            .ExecuteUpdateAsync(r => r.SetProperty(x => x.UsedBytes, x => x.UsedBytes + length), ct);
        if (fits == 0) return false;
        if (await catalog.ShopFiles.AnyAsync(f => f.ShopId == shopId && f.FileId == file.Id, ct)) return true;
        catalog.ShopFiles.Add(new ShopFile { ShopId = shopId, FileId = file.Id, Length = length, ChargedAt = time.GetUtcNow() });
        await catalog.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return true;
    }

    /// <summary>Takes files off the count.</summary>
    public async Task Uncharge(Guid shopId, IReadOnlyCollection<Guid> fileIds, CancellationToken ct)
    {
        var gone = catalog.ShopFiles.Where(f => f.ShopId == shopId && fileIds.Contains(f.FileId));
        var bytes = await gone.SumAsync(f => f.Length, ct);
        await gone.ExecuteDeleteAsync(ct);
        await catalog.ShopRooms.Where(r => r.ShopId == shopId).ExecuteUpdateAsync(r => r.SetProperty(x => x.UsedBytes, x => x.UsedBytes - bytes), ct);
    }

    private async Task<bool> IsUsed(Guid shopId, Guid fileId, CancellationToken ct) =>
        await catalog.Documents.AnyAsync(d => d.ShopId == shopId && d.FileId == fileId, ct)
        || await catalog.Pictures.AnyAsync(p => p.FileId == fileId && catalog.Products.Any(g => g.Id == p.ProductId && g.ShopId == shopId), ct);

    private async Task Ensure(Guid shopId, CancellationToken ct)
    {
        if (await catalog.ShopRooms.AnyAsync(r => r.ShopId == shopId, ct)) return;
        var key = catalog.Store.Kind == Kernel.Storage.DatabaseKind.Sqlite ? (object)shopId.ToByteArray(true) : shopId;
        await catalog.Database.ExecuteSqlRawAsync("insert into catalog_shop_room (shop_id, used_bytes) values ({0}, 0) on conflict (shop_id) do nothing", [key], ct);
    }

    private static Refusal Exceeded(ShopRoom room, long length) => FileRefusals.QuotaExceeded.Saying(
        T["The shop has {0} of {1} left, and this file has {2}. Remove something first, or ask the operator for more room.", Words(room.LeftBytes), Words(room.QuotaBytes), Words(length)],
        ("usedBytes", room.UsedBytes), ("quotaBytes", room.QuotaBytes), ("length", length));

    /// <summary>Bytes as people say them: 1.5 MB.</summary>
    public static string Words(long bytes) => bytes switch
    {
        < 1000 => T.Count(bytes, "{0} byte", "{0} bytes"),
        < 1024 * 1024 => string.Create(ReadersCulture, $"{bytes / 1024.0:0.#} KB"),
        < 1024L * 1024 * 1024 => string.Create(ReadersCulture, $"{bytes / 1024.0 / 1024:0.#} MB"),
        _ => string.Create(ReadersCulture, $"{bytes / 1024.0 / 1024 / 1024:0.##} GB"),
    };
}
