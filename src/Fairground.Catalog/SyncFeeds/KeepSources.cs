using Fairground.Catalog.FetchOutside;
using Fairground.Catalog.ImportFeed;
using Fairground.Catalog.ReadDatabase;
using Fairground.Kernel;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Fairground.Catalog.SyncFeeds;

/// <summary>What a source is to be. In a change, what is left out stays as it is; an empty text takes away.</summary>
/// <param name="Kind"><c>address</c>, <c>postgres</c>, <c>sqlite</c>, <c>woocommerce</c> or <c>shopify</c>; stays for good.</param>
/// <param name="Address">Of the feed or the store; the path of a SQLite file. User and password in it are taken out and kept apart.</param>
/// <param name="User">User name, or WooCommerce's consumer key.</param>
/// <param name="Password">Password, consumer secret, or Shopify's access token. Never shown again. A new address needs it anew.</param>
/// <param name="Connection">For PostgreSQL: <c>Host=…;Port=…;Database=…;Username=…;Password=…</c>. Never shown again.</param>
/// <param name="Query">For databases: one SELECT.</param>
/// <param name="Mapping">For databases: our field to the column's name, such as <c>{"price": "retail"}</c>.</param>
/// <param name="Range"><c>whole</c>: goods that it lacks leave the shelf; <c>part</c>: they stay; <c>as-it-says</c>: the file decides.</param>
/// <param name="IntervalMinutes">5 to 10,080.</param>
/// <param name="WhenSilent">When a lot opens and the source does not answer: <c>refuse</c> or <c>last-known</c>.</param>
public sealed record SourceWishes(
    string? Kind = null, string? Name = null, string? Address = null, string? User = null, string? Password = null, string? Connection = null, string? Query = null,
    IReadOnlyDictionary<string, string>? Mapping = null, string? Format = null, string? Encoding = null, string? Separator = null, string? Range = null, string? Currency = null,
    int? IntervalMinutes = null, bool? Paused = null, string? WhenSilent = null);

/// <summary>Sets up, changes and removes a shop's sources. Page and API come here.</summary>
internal sealed class KeepSources(CatalogContext catalog, SourceSecrets secrets, OutsideFetcher fetcher, DatabasePlaces places, StartImport start, IOptions<OutsideOptions> outside, TimeProvider time)
{
    private const int MostSources = 20;
    private const int DefaultMinutes = 60;
    private const int LongestName = 120;

    /// <summary>Refuses with <c>shop.not_found</c>, <c>source.*</c>, <c>import.address_refused</c>, <c>import.format_unknown</c>, <c>import.encoding_unknown</c>, <c>import.separator_unknown</c>, <c>import.currency_*</c>.</summary>
    public async Task<Result<Source>> Add(Guid shopId, SourceWishes wishes, Guid? userId, CancellationToken ct)
    {
        if (!await catalog.Shops.AnyAsync(s => s.Id == shopId, ct)) return CatalogRefusals.ShopNotFound;
        if (wishes.Kind is not { } kind || !SourceKind.All.Contains(kind)) return SourceRefusals.KindUnknown;
        if (await catalog.Sources.CountAsync(s => s.ShopId == shopId, ct) >= MostSources) return SourceRefusals.TooMany;
        var now = time.GetUtcNow();
        var source = new Source { Id = Ids.New(), ShopId = shopId, Kind = kind, Name = "", Shown = "", Secret = [], Settings = "{}", IntervalMinutes = DefaultMinutes, WhenSilent = Catalog.WhenSilent.Refuse, CreatedBy = userId, CreatedAt = now };
        if (await Settle(source, new SourceSecret(), wishes with { Name = wishes.Name ?? DefaultName(kind) }, ct) is { } refusal) return refusal;
        source.DueAt = source.Paused ? null : now;
        catalog.Sources.Add(source);
        await catalog.SaveChangesAsync(ct);
        return source;
    }

    /// <summary>Refuses with <c>source.not_found</c> and as above.</summary>
    public async Task<Result<Source>> Change(Guid shopId, Guid sourceId, SourceWishes wishes, CancellationToken ct)
    {
        if (await catalog.Sources.FirstOrDefaultAsync(s => s.Id == sourceId && s.ShopId == shopId, ct) is not { } source) return SourceRefusals.NotFound;
        var (before, wasPaused) = (secrets.Read(source), source.Paused);
        if (await Settle(source, before, wishes, ct) is { } refusal)
        {
            catalog.ChangeTracker.Clear();
            return refusal;
        }
        source.Version++;
        // What is read otherwise from now on is read as a whole, and so is a store whose news were not heard for a while.
        if (Changes(wishes) || wasPaused) (source.Etag, source.LastModified, source.FileHash, source.Mark, source.Failures) = (null, null, null, null, 0);
        if (source.Paused) (source.DueAt, source.HooksAt) = (null, null);
        else if (wasPaused || source.DueAt is null || Changes(wishes)) source.DueAt = time.GetUtcNow();
        await catalog.SaveChangesAsync(ct);
        return source;
    }

    /// <summary>Looks at the source as soon as may be, also where it is paused. Refuses with <c>source.not_found</c>.</summary>
    public async Task<Result<bool>> Now(Guid shopId, Guid sourceId, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        await using var transaction = await catalog.BeginWriteAsync(ct);
        var found = await catalog.Sources.Where(s => s.Id == sourceId && s.ShopId == shopId).ExecuteUpdateAsync(s => s.SetProperty(x => x.DueAt, now), ct);
        await transaction.CommitAsync(ct);
        return found == 0 ? SourceRefusals.NotFound : true;
    }

    /// <summary>Forgets the source with its secrets; its goods stay as they are. Refuses with <c>source.not_found</c>.</summary>
    public async Task<Result<bool>> Remove(Guid shopId, Guid sourceId, CancellationToken ct)
    {
        await using var transaction = await catalog.BeginWriteAsync(ct);
        if (await catalog.Sources.Where(s => s.Id == sourceId && s.ShopId == shopId).ExecuteDeleteAsync(ct) == 0) return SourceRefusals.NotFound;
        await catalog.SourceItems.Where(i => i.SourceId == sourceId).ExecuteDeleteAsync(ct);
        await catalog.SourceHooks.Where(h => h.SourceId == sourceId).ExecuteDeleteAsync(ct);
        await catalog.Products.Where(p => p.SourceId == sourceId).ExecuteUpdateAsync(p => p.SetProperty(x => x.SourceId, (Guid?)null), ct);
        await transaction.CommitAsync(ct);
        return true;
    }

    /// <summary>Sets what the store signs its webhooks with; made here where none is given. Refuses with <c>source.not_found</c>, <c>source.no_hooks</c>, <c>source.hook_secret_invalid</c>.</summary>
    public async Task<Result<string>> SetHookSecret(Guid shopId, Guid sourceId, string? given, CancellationToken ct)
    {
        if (await catalog.Sources.FirstOrDefaultAsync(s => s.Id == sourceId && s.ShopId == shopId, ct) is not { } source) return SourceRefusals.NotFound;
        if (!SourceKind.IsStore(source.Kind)) return SourceRefusals.NoHooks;
        var secret = given?.Trim() is { Length: > 0 } own ? own : System.Security.Cryptography.RandomNumberGenerator.GetString("abcdefghjkmnpqrstuvwxyz23456789", 32);
        if (secret.Length is < 16 or > 200) return SourceRefusals.HookSecretInvalid;
        source.Secret = secrets.Protect(secrets.Read(source) with { HookSecret = secret });
        await catalog.SaveChangesAsync(ct);
        return secret;
    }

    // The ladder of refusals; the source is changed on the way and must be forgotten where it ends in one.
    private async Task<Refusal?> Settle(Source source, SourceSecret secret, SourceWishes wishes, CancellationToken ct)
    {
        if (wishes.Name is { } name && name.Trim().Length is 0 or > LongestName) return SourceRefusals.NameInvalid;
        source.Name = wishes.Name?.Trim() ?? source.Name;
        if (wishes.IntervalMinutes is < 5 or > 7 * 24 * 60) return SourceRefusals.IntervalInvalid;
        source.IntervalMinutes = wishes.IntervalMinutes ?? source.IntervalMinutes;
        if (wishes.WhenSilent is { } silent && silent is not (Catalog.WhenSilent.Refuse or Catalog.WhenSilent.LastKnown)) return SourceRefusals.SilentUnknown;
        source.WhenSilent = wishes.WhenSilent ?? source.WhenSilent;
        source.Paused = wishes.Paused ?? source.Paused;
        var settings = Settings(source.ReadSettings(), wishes);
        if (await start.Refusal(source.ShopId, new ImportWishes(settings.Format, settings.Encoding, settings.Separator, settings.Full, settings.Currency), ct) is { } unfit) return unfit;
        var placed = source.Kind switch
        {
            SourceKind.Postgres => await OfPostgres(secret, settings, wishes, ct),
            SourceKind.Sqlite => OfSqlite(secret, settings, wishes),
            _ => await OfAddress(source.Kind, secret, wishes, ct),
        };
        if (placed.Refused) return placed.Refusal;
        (source.Shown, source.Secret, source.Settings) = (placed.Value.Shown, secrets.Protect(placed.Value.Secret), settings.Json());
        return null;
    }

    private static SourceSettings Settings(SourceSettings old, SourceWishes wishes)
    {
        static string? Text(string? wish, string? old) => wish is null ? old : wish.Trim() is { Length: > 0 } text ? text : null;
        return new SourceSettings(
            Text(wishes.Format, old.Format), Text(wishes.Encoding, old.Encoding), wishes.Separator is null ? old.Separator : wishes.Separator.Length > 0 ? wishes.Separator : null,
            wishes.Range switch { null => old.Full, "whole" => true, "part" => false, _ => null }, Text(wishes.Currency, old.Currency), Text(wishes.Query, old.Query),
            wishes.Mapping is null ? old.Mapping : wishes.Mapping.Where(m => m.Value.Trim().Length > 0).ToDictionary(m => m.Key, m => m.Value.Trim()));
    }

    private async Task<Result<(string Shown, SourceSecret Secret)>> OfAddress(string kind, SourceSecret old, SourceWishes wishes, CancellationToken ct)
    {
        var store = SourceKind.IsStore(kind);
        var (address, user, password) = (old.Address, old.User, old.Password);
        if (wishes.Address is { } given)
        {
            if (!Uri.TryCreate(given.Trim(), UriKind.Absolute, out var uri)) return CatalogRefusals.AddressRefused;
            var parts = uri.UserInfo.Split(':', 2);
            var bare = uri.UserInfo.Length > 0 ? new UriBuilder(uri) { UserName = "", Password = "" }.Uri : uri;
            var checkedNow = await fetcher.Check(store ? bare.GetLeftPart(UriPartial.Path).TrimEnd('/') : bare.AbsoluteUri, ct);
            if (checkedNow.Refused) return checkedNow.Refusal!;
            // Keys are for whom they were given for, and never go to another address.
            if (checkedNow.Value.Authority != (Uri.TryCreate(address, UriKind.Absolute, out var was) ? was.Authority : "")) (user, password) = (null, null);
            address = checkedNow.Value.AbsoluteUri.TrimEnd(store ? '/' : ' ');
            if (uri.UserInfo.Length > 0) (user, password) = (Uri.UnescapeDataString(parts[0]), parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : "");
        }
        if (wishes.User is { } newUser) user = newUser.Trim() is { Length: > 0 } u ? u : null;
        if (wishes.Password is { } newPassword) password = newPassword.Trim() is { Length: > 0 } p ? p : null;
        if (address.Length == 0) return CatalogRefusals.AddressRefused;
        if (store && !outside.Value.AllowPrivate && !address.StartsWith("https://", StringComparison.OrdinalIgnoreCase)) return SourceRefusals.InsecureAddress;
        if (store && (password is null || (kind == SourceKind.WooCommerce && user is null))) return SourceRefusals.SecretMissing;
        return (ShownAddress.Of(address), old with { Address = address, User = user, Password = password });
    }

    private async Task<Result<(string Shown, SourceSecret Secret)>> OfPostgres(SourceSecret old, SourceSettings settings, SourceWishes wishes, CancellationToken ct)
    {
        if (Query(settings) is { } unfit) return unfit;
        if (wishes.Connection is null) return old.Connection is null ? SourceRefusals.ConnectionInvalid : ($"{DatabasePlaces.Shown(old.Connection)}", old);
        var connection = await places.Postgres(wishes.Connection, ct);
        if (connection.Refused) return connection.Refusal!;
        await connection.Value.DisposeAsync();
        return (DatabasePlaces.Shown(wishes.Connection), old with { Connection = wishes.Connection });
    }

    private Result<(string Shown, SourceSecret Secret)> OfSqlite(SourceSecret old, SourceSettings settings, SourceWishes wishes)
    {
        if (Query(settings) is { } unfit) return unfit;
        var path = wishes.Address ?? old.Address;
        var file = places.Sqlite(path);
        return file.Refused ? file.Refusal! : (Path.GetFileName(file.Value), old with { Address = path });
    }

    private static Refusal? Query(SourceSettings settings)
    {
        if (QueryText.Refusal(settings.Query) is { } refusal) return refusal;
        return settings.Mapping?.Keys.FirstOrDefault(field => !DatabaseColumns.Fields.Contains(field)) is { } unknown ? SourceRefusals.MappingUnknown.Saying(T["There is no field '{0}'. Known are: {1}.", unknown, string.Join(", ", DatabaseColumns.Fields)]) : null;
    }

    private static bool Changes(SourceWishes w) => w.Address is not null || w.User is not null || w.Password is not null || w.Connection is not null || w.Query is not null || w.Mapping is not null || w.Format is not null || w.Encoding is not null || w.Separator is not null || w.Range is not null;

    private static string DefaultName(string kind) => kind switch
    {
        SourceKind.Postgres => "PostgreSQL",
        SourceKind.Sqlite => "SQLite",
        SourceKind.WooCommerce => "WooCommerce",
        SourceKind.Shopify => "Shopify",
        _ => "Feed",
    };
}
