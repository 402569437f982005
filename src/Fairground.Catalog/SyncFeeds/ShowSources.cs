using Fairground.Catalog.HearStores;
using Fairground.Kernel;
using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Catalog.SyncFeeds;

/// <summary>A source of goods as those who work for the shop see it. What it is opened with is never shown.</summary>
/// <param name="Address">Without user, password and whatever else may be a secret.</param>
/// <param name="Range"><c>whole</c>, <c>part</c> or <c>as-it-says</c>.</param>
/// <param name="DueAt">When it is looked at next; null while it is paused.</param>
/// <param name="State">Of the last look: <c>new</c>, <c>unchanged</c>, <c>imported</c>, <c>failed</c>.</param>
/// <param name="Code">Why the last look failed; <paramref name="Said"/> in words.</param>
/// <param name="HeardAt">When it answered last.</param>
/// <param name="Failures">Looks in a row that failed.</param>
/// <param name="ImportId">The import that it brought last, and how that stands.</param>
/// <param name="Hooks">For stores: their webhooks.</param>
public sealed record SourceView(
    Guid SourceId, string Kind, string Name, string Address, string? Format, string? Encoding, string? Separator, string Range, string? Currency, string? Query, IReadOnlyDictionary<string, string> Mapping,
    int IntervalMinutes, bool Paused, string WhenSilent, DateTimeOffset? DueAt, string State, string? Code, string? Said, DateTimeOffset? TriedAt, DateTimeOffset? HeardAt, int Failures,
    Guid? ImportId, string? ImportState, long? ImportProblems, SourceHooks? Hooks);

/// <summary>Where a store sends its webhooks.</summary>
/// <param name="Address">What the store is given as the webhook's address.</param>
/// <param name="HasSecret">Nothing is heard before there is one.</param>
/// <param name="Waiting">News that still waits to be worked.</param>
public sealed record SourceHooks(string Address, bool HasSecret, int Waiting, DateTimeOffset? LastAt);

/// <summary>Shows a shop's sources.</summary>
internal sealed class ShowSources(CatalogContext catalog, SourceSecrets secrets, PublicAddress market)
{
    public async Task<IReadOnlyList<SourceView>> List(Guid shopId, HttpContext http, CancellationToken ct) =>
        await Views(await catalog.Sources.AsNoTracking().Where(s => s.ShopId == shopId).OrderBy(s => s.Id).ToListAsync(ct), http, ct);

    public async Task<SourceView?> Find(Guid shopId, Guid sourceId, HttpContext http, CancellationToken ct) =>
        await Views(await catalog.Sources.AsNoTracking().Where(s => s.ShopId == shopId && s.Id == sourceId).ToListAsync(ct), http, ct) is [var found] ? found : null;

    private async Task<IReadOnlyList<SourceView>> Views(List<Source> sources, HttpContext http, CancellationToken ct)
    {
        var importIds = sources.ConvertAll(s => s.ImportId);
        var imports = await catalog.Imports.AsNoTracking().Where(i => importIds.Contains(i.Id)).Select(i => new { i.Id, i.State, i.Problems }).ToDictionaryAsync(i => i.Id, ct);
        var ids = sources.ConvertAll(s => s.Id);
        var hooks = await catalog.SourceHooks.Where(h => ids.Contains(h.SourceId)).GroupBy(h => h.SourceId)
            .Select(g => new { g.Key, Waiting = g.Count(h => h.State == SourceHook.Waiting), Last = g.Max(h => h.ReceivedAt) }).ToDictionaryAsync(g => g.Key, ct);
        return [.. sources.Select(s =>
        {
            var (settings, import, told) = (s.ReadSettings(), s.ImportId is { } i ? imports.GetValueOrDefault(i) : null, hooks.GetValueOrDefault(s.Id));
            return new SourceView(
                s.Id, s.Kind, s.Name, s.Shown, settings.Format, settings.Encoding, settings.Separator, settings.Full switch { true => "whole", false => "part", _ => "as-it-says" }, settings.Currency, settings.Query,
                settings.Mapping ?? new Dictionary<string, string>(), s.IntervalMinutes, s.Paused, s.WhenSilent, s.DueAt, s.State, s.Code, s.Said, s.TriedAt, s.HeardAt, s.Failures, s.ImportId, import?.State, import?.Problems,
                SourceKind.IsStore(s.Kind) ? new SourceHooks(HookEndpoints.AddressOf(market, http, s.Id), secrets.Read(s).HookSecret is not null, told?.Waiting ?? 0, told?.Last) : null);
        })];
    }
}
