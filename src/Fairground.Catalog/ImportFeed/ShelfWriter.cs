using System.Data.Common;
using Fairground.Catalog.Feeds;
using Fairground.Catalog.SearchGoods;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Storage;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Fairground.Catalog.ImportFeed;

/// <summary>What became of one draft. <paramref name="Old"/> is null for new goods.</summary>
internal sealed record PlannedGoods(ProductDraft Draft, GoodsState? Old, GoodsState Next, IReadOnlyList<Difference> Differences);

/// <summary>What became of a batch.</summary>
/// <param name="Changed">New and changed goods.</param>
internal sealed record BatchOutcome(int Unchanged, IReadOnlyList<PlannedGoods> Changed, IReadOnlyList<FeedProblem> Problems)
{
    public int Created => Changed.Count(p => p.Old is null);

    public int Updated => Changed.Count(p => p.Old is not null && !p.Draft.InFile);
}

/// <summary>Compares a batch of goods with the shelf and writes what differs, in one transaction; the words of new goods go into the search with them.</summary>
/// <param name="dryRun">Compare only; nothing on the shelf changes.</param>
/// <param name="shelf">The categories as the import came across them.</param>
internal sealed class ShelfWriter(Kernel.Storage.Database database, Shop shop, Guid importId, bool dryRun, IPriceFreeze freeze, CategoryShelf shelf) : IAsyncDisposable
{
    private const int MostTries = 5;

    private readonly Differences differences = new(shop.Money, shelf.NameOf);

    // One connection for all batches: what it has read of the indexes is still there for the next.
    private DbConnection? connection;

    private volatile bool writesMost;

    // Categories that were merged away since the import came across them, and where they lead; empty where nowhere.
    private readonly Dictionary<Guid, Guid> gone = [];

    private readonly ShelfRows rows = new(database.Kind, shop, importId);

    private sealed record Plan(int Unchanged, List<PlannedGoods> Changed, List<(Guid Id, string Hash)> Refreshed, List<FeedProblem> Problems);

    /// <summary>True while most goods of a batch are new or changed.</summary>
    public bool WritesMost => writesMost;

    /// <summary>Writes the batch; <paramref name="also"/> runs in the same transaction, before it commits.</summary>
    /// <param name="without">Asked where the batch changes nothing: true where the caller has done with it and no transaction is needed.</param>
    public async Task<BatchOutcome> Write(IReadOnlyList<ProductDraft> drafts, DateTimeOffset now, Func<BatchOutcome, bool> without, Func<BatchOutcome, DbConnection, DbTransaction, Task> also, CancellationToken ct)
    {
        for (var tries = 1; ; tries++)
        {
            connection ??= await Roomy(await database.OpenAsync(ct), ct);
            var plan = await Compare(connection, drafts, now, ct);
            var outcome = new BatchOutcome(plan.Unchanged, plan.Changed, plan.Problems);
            writesMost = !dryRun && plan.Changed.Count * 2 > drafts.Count;
            if (plan.Changed.Count + plan.Refreshed.Count == 0 && without(outcome)) return outcome;
            if (!dryRun) rows.Stage(plan.Changed, await FormerOf(connection, plan, ct));
            using var turn = database.Kind == DatabaseKind.Sqlite ? await database.Gate.EnterAsync(ct) : null;
            await using var transaction = await connection.BeginTransactionAsync(ct);
            // Somebody changed or added goods by hand since the shelf was read: look again, so that neither is lost.
            if (!dryRun && !await Put(connection, transaction, plan, last: tries >= MostTries, ct))
            {
                rows.Forget();
                continue;
            }
            await also(outcome, connection, transaction);
            await transaction.CommitAsync(ct);
            return outcome;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (connection is null) return;
        await using (connection)
        {
            // It goes back to others, who need the usual.
            await Set(connection, cacheKib: 2_000, checkpointPages: 1_000, CancellationToken.None);
        }
        connection = null;
    }

    // New goods touch pages all over the indexes: with SQLite's usual 2 MB most of them would be read again for every batch, and with its
    // usual thousand pages of log each would be written into the file after every batch.
    private static async Task<DbConnection> Roomy(DbConnection connection, CancellationToken ct)
    {
        await Set(connection, cacheKib: 8_192, checkpointPages: 16_000, ct);
        return connection;
    }

    private static async Task Set(DbConnection connection, int cacheKib, int checkpointPages, CancellationToken ct)
    {
        if (connection is not SqliteConnection { State: System.Data.ConnectionState.Open }) return;
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Two numbers.
        command.CommandText = FormattableString.Invariant($"pragma cache_size = -{cacheKib}; pragma wal_autocheckpoint = {checkpointPages}");
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(ct);
    }

    // Worked out while the feed was read, unless the goods are more than their draft says, or their category is called otherwise by now.
    private SearchEntry Words(PlannedGoods goods, Dictionary<Guid, string> renamed) =>
        goods.Draft is { Kind: DraftKind.Goods, Words: { } words } && !goods.Next.Categories.Any(renamed.ContainsKey)
            ? words
            : SearchText.Of(shop.Id, goods.Next, id => renamed.TryGetValue(id, out var name) ? name : shelf.NameOf(id)).Words();

    // The categories that somebody renamed since the import read them; null where one was merged away. Whoever does either from here on waits for these
    // goods, and notes them.
    private async Task<Dictionary<Guid, string>?> Renamed(DbConnection connection, DbTransaction transaction, List<PlannedGoods> changed, CancellationToken ct)
    {
        if (changed.Count == 0) return [];
        var reader = new ShelfReader(database.Kind, connection, transaction);
        var used = changed.SelectMany(p => p.Next.Categories).ToHashSet();
        var names = await reader.HoldNames(used, ct);
        if (names.Count == used.Count) return names.Where(n => n.Value != shelf.NameOf(n.Key)).ToDictionary();
        foreach (var id in used.Where(id => !names.ContainsKey(id))) gone[id] = await reader.LedTo(shelf.PathOf(id), ct) is { } led && led != id ? led : Guid.Empty;
        return null;
    }

    // Each where it leads to by now, once.
    private IReadOnlyList<Guid> StillThere(IReadOnlyList<Guid> categories)
    {
        if (gone.Count == 0 || !categories.Any(gone.ContainsKey)) return categories;
        return [.. categories.Select(id =>
        {
            while (gone.TryGetValue(id, out var led)) id = led;
            return id;
        }).Where(id => id != Guid.Empty).Distinct()];
    }

    // False where somebody was there in between; nothing is to be kept of it then.
    private async Task<bool> Put(DbConnection connection, DbTransaction transaction, Plan plan, bool last, CancellationToken ct)
    {
        // Before anything else is held: whoever renames holds the tree first and goods after.
        if (await Renamed(connection, transaction, plan.Changed, ct) is not { } renamed) return false;
        if (!last && !await Untouched(connection, transaction, plan, ct)) return false;
        try
        {
            await rows.Write(connection, transaction, ct);
        }
        catch (DbException error) when (!last && IsThere(error))
        {
            return false;
        }
        var created = plan.Changed.Where(p => p.Old is null);
        await using (var search = new SearchStore(database.Kind, connection, transaction)) await search.Write([.. created.Select(p => (p.Next.Id, Words(p, renamed)))], ct);
        await rows.Refresh(connection, transaction, plan.Refreshed, ct);
        return true;
    }

    private static bool IsThere(DbException error) =>
        error is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation } or SqliteException { SqliteExtendedErrorCode: SQLitePCL.raw.SQLITE_CONSTRAINT_UNIQUE };

    private async Task<bool> Untouched(DbConnection connection, DbTransaction transaction, Plan plan, CancellationToken ct)
    {
        var before = plan.Changed.Select(p => p.Old).OfType<GoodsState>().ToList();
        var there = await new ShelfReader(database.Kind, connection, transaction).Lock([.. before.Select(g => g.Id)], ct);
        return before.TrueForAll(g => there.TryGetValue(g.Id, out var at) && at.UpdatedAt == g.UpdatedAt && at.ChangedBy == g.ChangedBy);
    }

    // Goods that this import has changed already: what they were before that is what counts.
    private async Task<Dictionary<Guid, FormerGoods>> FormerOf(DbConnection connection, Plan plan, CancellationToken ct)
    {
        var again = plan.Changed.Where(p => p.Old is { } old && old.ChangedBy == importId && old.CreatedImport != importId).Select(p => p.Next.Id).ToList();
        return again.Count == 0 ? [] : (await new ShelfReader(database.Kind, connection).Changes(importId, again, ct)).ToDictionary(c => c.ProductId, c => FormerGoods.Read(c.Before));
    }

    private async Task<Plan> Compare(DbConnection connection, IReadOnlyList<ProductDraft> drafts, DateTimeOffset now, CancellationToken ct)
    {
        var reader = new ShelfReader(database.Kind, connection);
        var known = await reader.Find(shop.Id, [.. drafts.Select(d => d.Key)], ct);
        var additions = drafts.Where(d => d.Kind == DraftKind.Additions && !known.ContainsKey(d.Key)).Select(d => d.Key).ToList();
        foreach (var (name, goods) in await reader.FindByAlias(shop.Id, additions, ct)) known[name] = goods;
        var plan = new Plan(0, [], [], []);
        var todo = new List<(ProductDraft Draft, string Hash)>();
        var unchanged = 0;
        foreach (var draft in drafts)
        {
            var hash = draft.Hash;
            if (known.TryGetValue(draft.Key, out var there) && hash.Length > 0 && there.Hash == hash) unchanged++;
            else if (there is null && draft.Deleted) unchanged++;
            // A dry run has not put them there; what was left out before is lost with its changes.
            else if (there is null && draft.InFile) continue;
            else if (there is null && !draft.SpeaksOfGoods) Unknown(draft, plan.Problems);
            else todo.Add((draft, hash));
        }
        var ids = todo.Select(t => known.GetValueOrDefault(t.Draft.Key)?.Id).OfType<Guid>().Distinct().ToList();
        var states = await reader.Load(ids, todo.Exists(t => t.Draft.Kind == DraftKind.Goods), ct);
        var merged = new List<PlannedGoods>();
        foreach (var (draft, hash) in todo)
        {
            var old = known.TryGetValue(draft.Key, out var there) ? states.GetValueOrDefault(there.Id) : null;
            merged.Add(Led(draft, old, Merge.Of(old, draft, hash, importId, now, plan.Problems.Add)));
            // The same goods may be named twice, by their key and by another name.
            if (old is not null) states[old.Id] = merged[^1].Next;
        }
        return await Judge(plan with { Unchanged = unchanged }, merged, ct);
    }

    // Words that were worked out ahead have the name of a category that is gone.
    private PlannedGoods Led(ProductDraft draft, GoodsState? old, GoodsState next)
    {
        var categories = StillThere(next.Categories);
        return ReferenceEquals(categories, next.Categories) ? new PlannedGoods(draft, old, next, []) : new PlannedGoods(draft with { Words = null }, old, next with { Categories = categories }, []);
    }

    // Says what differs, and holds prices back that may not change now.
    private async Task<Plan> Judge(Plan plan, List<PlannedGoods> merged, CancellationToken ct)
    {
        var repriced = merged.Where(p => p.Old is { PriceMinor: > 0 } old && old.PriceMinor != p.Next.PriceMinor).Select(p => p.Next.Id).Distinct().ToList();
        var frozen = repriced.Count == 0 ? new HashSet<Guid>() : await freeze.Frozen(repriced, ct);
        var unchanged = plan.Unchanged;
        foreach (var group in merged.GroupBy(p => p.Next.Id))
        {
            var (first, last) = (group.First(), group.Last());
            unchanged += group.Count(p => !p.Draft.InFile) - (last.Draft.InFile ? 0 : 1);
            var next = Prices.Held(first.Old, last.Next, last.Draft, frozen.Contains(last.Next.Id));
            if (first.Old is { } before && next.PriceMinor == before.PriceMinor && last.Next.PriceMinor != before.PriceMinor)
                plan.Problems.Add(new FeedProblem(last.Draft.Line, 0, last.Draft.PriceField, CatalogRefusals.PriceFrozen.Code, Key("Certificates for these goods are on sale: the new price waits until they are no longer."), Rejects: false));
            var found = first.Old is null ? [differences.Created(next)] : differences.Between(first.Old, next).ToList();
            if (found.Count > 0) plan.Changed.Add(new PlannedGoods(last.Draft, first.Old, next, found));
            else
            {
                if (!last.Draft.InFile) unchanged++;
                if (next.Hash.Length > 0 && next.Hash != first.Old!.Hash) plan.Refreshed.Add((next.Id, next.Hash));
            }
        }
        return plan with { Unchanged = unchanged };
    }

    private static void Unknown(ProductDraft draft, List<FeedProblem> problems)
    {
        if (draft.Kind == DraftKind.Goods)
        {
            problems.Add(new FeedProblem(draft.Line, draft.Rows, "Key", FeedCodes.ProductUnknown, Fill(Key("The shop has no goods '{0}', and the row does not say what they are."), draft.Key)));
            return;
        }
        foreach (var variant in draft.Variants) problems.Add(new FeedProblem(variant.Line, 1, "Parent", FeedCodes.ParentMissing, Fill(Key("The parent '{0}' is neither in the file nor among the shop's goods: import the goods first, and then this file again."), draft.Key)));
        foreach (var patch in draft.Patches) problems.Add(new FeedProblem(patch.Line, 1, "Key", FeedCodes.ProductUnknown, Fill(Key("The shop has no goods '{0}' that could be changed: import the goods first, and then this file again."), draft.Key)));
    }
}

/// <summary>Keeps prices as they are while certificates are open (C-06).</summary>
internal static class Prices
{
    /// <summary>The goods with the price they may have now; a new price that may not come waits.</summary>
    public static GoodsState Held(GoodsState? old, GoodsState next, ProductDraft draft, bool frozen)
    {
        if (old is null || old.PriceMinor == next.PriceMinor) return Speaks(draft) ? next with { PendingPriceMinor = null } : next;
        return frozen ? Held(old, next) : next with { PendingPriceMinor = null };
    }

    /// <summary>The goods with the price they had; the other one waits.</summary>
    public static GoodsState Held(GoodsState old, GoodsState next) => next with
    {
        PriceMinor = old.PriceMinor,
        CompareAtMinor = next.CompareAtMinor > old.PriceMinor ? next.CompareAtMinor : null,
        PendingPriceMinor = next.PriceMinor > 0 ? next.PriceMinor : old.PendingPriceMinor,
    };

    private static bool Speaks(ProductDraft draft) => draft.PriceMinor is not null || draft.Variants.Any(v => v.PriceMinor is not null) || draft.Patches.Any(p => p.SpeaksOfPrice);
}
